// The page of errors: every code with the sentence that says when it is raised, and what throws it, as doc comments say it.
import { NOTE } from './page.mjs';

export function errorsPage(pages, codes, links) {
  const thrownBy = throwersOf(pages, codes);
  const classes = pages[0].items.filter(({ kind, file }) => kind === 'class' && file === 'src/errors.ts');
  const sections = [...codes].map(([code, when]) => {
    const by = [...(thrownBy.get(code) ?? [])].map((name) => links.to(name));
    return `### ${code}\n\n${sentence(when)}${by.length === 0 ? '' : `\n\nThrown by ${by.join(', ')}.`}`;
  });
  return `# Errors

${NOTE}

Nothing but a ${links.to('BrineError')} leaves the library, unless code of yours throws. Each has a \`code\`, a \`message\` that says what failed, where
and why, and often a \`hint\` that says what to do; both are safe to print. \`path\` says where in the value, \`offset\` where in the file.

${classes.map(({ name, doc }) => `- ${links.to(name)}: ${links.resolve(doc.text, name).replaceAll('\n', ' ')}`).join('\n')}

## Codes

${sections.join('\n\n')}
`;
}

/** By code, the names that throw it, as their doc comments say. */
export function throwersOf(pages, codes) {
  const thrownBy = new Map();
  const add = (name, { throws }) => {
    for (const { text } of throws)
      for (const word of text.match(/\b[A-Z]+(?:_[A-Z]+)*\b/g) ?? [])
        if (codes.has(word)) thrownBy.set(word, new Set([...(thrownBy.get(word) ?? []), name]));
  };
  for (const { items } of pages)
    for (const item of items) {
      add(item.name, item.doc);
      for (const member of item.members)
        add(member.kind === 'constructor' ? item.name : `${item.name}.${member.name}`, member.doc);
    }
  return thrownBy;
}

function sentence(when) {
  return `${when[0].toUpperCase()}${when.slice(1)}.`;
}
