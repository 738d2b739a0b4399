// Records the tour of the README: types the lines of tour/typed.mjs into a shell in a pseudo-terminal, as a person would, and writes
// what the terminal got as docs/tour.cast (for `asciinema play`), as the animated picture docs/tour.svg, and as text into README.md.
//
//   npm run build && npm run tour            records anew
//   npm run tour -- --draw                   draws the picture again, from docs/tour.cast
//   npm run tour -- --check                  plays it as fast as it goes; ends with 1 when README.md shows something else
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { between, written } from './between.mjs';
import { castOf, partsOfCast } from './tour/cast.mjs';
import { rowsOf } from './tour/frames.mjs';
import { record } from './tour/record.mjs';
import { drawn } from './tour/svg.mjs';
import { steady, transcriptOf } from './tour/transcript.mjs';

const file = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const readme = readFileSync(file('README.md'), 'utf8');

if (process.argv.includes('--check')) {
  const played = transcriptOf(await record({ isFast: true }));
  if (steady(played) !== steady(between(readme, 'tour').trim())) {
    console.log(`README.md does not show what the tour shows: npm run tour\n\n${played}`);
    process.exitCode = 1;
  }
} else if (process.argv.includes('--draw'))
  await draw(partsOfCast(readFileSync(file('docs/tour.cast'), 'utf8')));
else {
  const parts = await record();
  writeFileSync(file('docs/tour.cast'), castOf(parts));
  writeFileSync(file('README.md'), written(readme, 'tour', transcriptOf(parts)));
  await draw(parts);
}
process.exit();

async function draw(parts) {
  writeFileSync(
    file('docs/tour.svg'),
    drawn(await rowsOf(parts), 'A session that is saved, and back in another process'),
  );
}
