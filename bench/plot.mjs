// Draws how the cost of an object grows with their number. Run: npm run bench:plot -- scale.json docs/performance-scale.svg
//
// The input is what `npm run bench:scale -- --json` prints. Two panels, dump and load; both axes are logarithmic.
import fs from 'node:fs';

const WIDTH = 760;
const HEIGHT = 320;
const PANEL = { width: 280, height: 210, top: 50, lefts: [60, 430] };
const COLORS = ['#3b82f6', '#f97316', '#10b981', '#a855f7'];
const LOW = 0.1;
const HIGH = 10;

const [input, output] = process.argv.slice(2);
if (output === undefined) throw new Error('give the JSON of bench:scale and the SVG to write');
const { rows, node } = JSON.parse(fs.readFileSync(input, 'utf8'));
fs.writeFileSync(output, drawn(rows, node));

function drawn(rows, node) {
  const names = [...new Set(rows.map(({ name }) => name))];
  const sizes = [...new Set(rows.map(({ n }) => n))].sort((a, b) => a - b);
  const scale = { low: Math.log10(sizes[0]), high: Math.log10(sizes.at(-1)) };
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">
<style>text { fill: #444 } .rule { stroke: #8884 } @media (prefers-color-scheme: dark) { text { fill: #ccc } }</style>
${['dump', 'load'].map((part, i) => panel(part, PANEL.lefts[i], { rows, names, sizes, scale })).join('\n')}
${names.map((name, i) => legend(name, i)).join('\n')}
<text x="${WIDTH - 10}" y="${HEIGHT - 8}" text-anchor="end" font-size="10">Node ${node.slice(1)}; npm run bench:scale</text>
</svg>
`;
}

function panel(part, left, { rows, names, sizes, scale }) {
  const x = (n) => left + ((Math.log10(n) - scale.low) / (scale.high - scale.low || 1)) * PANEL.width;
  const y = (us) => {
    const share = (Math.log10(us) - Math.log10(LOW)) / (Math.log10(HIGH) - Math.log10(LOW));
    return PANEL.top + (1 - Math.min(1, Math.max(0, share))) * PANEL.height;
  };
  const bottom = PANEL.top + PANEL.height;
  const rules = [0.1, 1, 10].map(
    (us) =>
      `<line class="rule" x1="${left}" x2="${left + PANEL.width}" y1="${y(us)}" y2="${y(us)}"/><text x="${left - 6}" y="${y(us) + 4}" text-anchor="end">${us}</text>`,
  );
  const ticks = sizes.map(
    (n) =>
      `<text x="${x(n)}" y="${bottom + 18}" text-anchor="middle">10<tspan dy="-5" font-size="9">${Math.log10(n)}</tspan></text>`,
  );
  const lines = names.map((name, i) => {
    const points = rows
      .filter((row) => row.name === name)
      .map(({ n, [part]: { ms } }) => `${x(n).toFixed(1)},${y((ms * 1000) / n).toFixed(1)}`);
    const dots = points.map((point) => {
      const [cx, cy] = point.split(',');
      return `<circle cx="${cx}" cy="${cy}" r="3" fill="${COLORS[i]}"/>`;
    });
    return `<polyline fill="none" stroke="${COLORS[i]}" stroke-width="2" points="${points.join(' ')}"/>${dots.join('')}`;
  });
  return `<text x="${left}" y="${PANEL.top - 18}" font-weight="600">${part}: µs an object</text>
${[...rules, ...ticks, ...lines].join('\n')}`;
}

function legend(name, i) {
  const left = PANEL.lefts[0] + i * 110;
  return `<circle cx="${left}" cy="${HEIGHT - 12}" r="4" fill="${COLORS[i]}"/><text x="${left + 10}" y="${HEIGHT - 8}">${name}</text>`;
}
