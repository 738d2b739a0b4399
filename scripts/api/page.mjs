// The page of an entry point as Markdown: a table of what there is, then each export with everything its doc comment says.
//
// Knows nothing of source files; `links` says where a name is explained.
import { headingOf, memberHeadingOf } from './links.mjs';

const KINDS = ['function', 'class', 'constant', 'interface', 'type'];

/** The whole page of `{ specifier, intro, shown, groups: [{ title, items }] }`. */
export function pageOf({ specifier, intro, shown, groups }, links) {
  return [
    `# ${specifier}`,
    NOTE,
    intro,
    fenced('js', `import { ${shown.join(', ')} } from '${specifier}';`),
    ...groups.map((group) => contentsOf(group, links)),
    ...groups.flatMap(({ title, items }) => [
      `## ${title}`,
      ...inOrder(items).flatMap((item) => itemOf(item, links)),
    ]),
  ]
    .join('\n\n')
    .concat('\n');
}

/** What stands on top of every page. */
export const NOTE =
  '<!-- Made by `npm run docs:api` from the doc comments in src/. Edit those; a test fails when the two differ. -->';

/** The parts of a group: what can be called, then what types say. */
export function inOrder(items) {
  return items.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}

/** The first sentence of a text. */
export function firstSentence(text) {
  const [paragraph] = text.split(/\n\s*\n/);
  const line = paragraph.replaceAll('\n', ' ');
  return /^.*?\.(?= [A-Z`]|$)/.exec(line)?.[0] ?? line;
}

/** A text in a cell of a table. */
export function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function contentsOf({ title, items }, links) {
  const rows = inOrder(items).map(
    (item) => `| ${links.to(item.name)} | ${cell(links.resolve(firstSentence(item.doc.text), item.name))} |`,
  );
  return [`**${title}**`, ['| | |', '| --- | --- |', ...rows].join('\n')].join('\n\n');
}

function itemOf(item, links) {
  const { name, doc, text, members } = item;
  const listed = members.filter((member) => !hasSection(member));
  const sections = members.filter(hasSection);
  const types = links.namesIn([text, ...members.map((member) => member.text)].join('\n'), name);
  return [
    `### ${headingOf(item)}`,
    fenced('ts', text),
    ...explained(doc, links, name),
    listed.map((member) => memberLine(member, links, item)).join('\n'),
    types.length === 0 ? '' : `Types: ${types.map((one) => links.to(one)).join(', ')}.`,
    ...sections.flatMap((member) => [
      `#### ${memberHeadingOf(item, member)}`,
      fenced('ts', member.text),
      ...explained(member.doc, links, name),
    ]),
  ].filter((part) => part !== '');
}

// What is more than a sentence has a heading of its own.
function hasSection({ kind, doc }) {
  if (kind === 'property') return false;
  return (
    doc.params.length > 0 || doc.throws.length > 0 || doc.example !== undefined || doc.returns !== undefined
  );
}

function memberLine({ text, doc }, links, { name, kind }) {
  const what = links.resolve(doc.text, name).replaceAll('\n', ' ');
  // Options and reports are not changed: every field would say so.
  const shown = kind === 'interface' ? text.replace(/^readonly /, '') : text;
  return `- \`${shown.replaceAll('\n', ' ')}\`${what === '' ? '' : `: ${what}`}`;
}

function explained(doc, links, owner) {
  const told = (text) => links.resolve(text, owner).replaceAll('\n', ' ');
  const thrown = ({ error, text }) =>
    `- ${error === undefined ? '' : `${links.to(error)}: `}${links.codes(told(text))}`;
  return [
    links.resolve(doc.text, owner),
    doc.params.map(({ name, text }) => `- \`${name}\`: ${told(text)}`).join('\n'),
    doc.returns === undefined ? '' : `**Returns** ${told(doc.returns)}`,
    doc.throws.length === 0 ? '' : `**Throws**\n\n${doc.throws.map(thrown).join('\n')}`,
    doc.example === undefined ? '' : fenced('js', doc.example),
    doc.idea === undefined ? '' : `*Where the idea comes from*: ${told(doc.idea)}`,
  ].filter((part) => part !== '');
}

function fenced(language, text) {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
