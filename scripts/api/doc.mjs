// What a doc comment says, taken apart: `{ text, params, returns, throws, example, idea }`. Links stay as they are written.
import ts from 'typescript';

/** The doc comment of a declaration; of several, overloads for example, the first that has one. */
export function docOf(declarations) {
  const comment = declarations.flatMap((node) => commentsOf(node)).at(0);
  const tags = comment?.tags ?? [];
  const of = (name) => tags.filter(({ tagName }) => tagName.text === name);
  return {
    text: textOf(comment?.comment),
    params: of('param').map((tag) => ({ name: tag.name.getText(), text: textOf(tag.comment) })),
    returns: of('returns').map(({ comment }) => textOf(comment))[0],
    throws: of('throws').map((tag) => ({
      error: tag.typeExpression?.type.getText(),
      text: textOf(tag.comment),
    })),
    example: of('example').map((tag) => codeOf(tag))[0],
    idea: of('see').map((tag) => wholeText(tag))[0],
  };
}

// The last one is the one that belongs to the declaration.
function commentsOf(node) {
  const owner = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  return (owner.jsDoc ?? []).slice(-1);
}

function textOf(comment) {
  return (ts.getTextOfJSDocComment(comment) ?? '').trim();
}

// The compiler reads what is behind `@see` as a name.
function wholeText(tag) {
  return lines(tag).join(' ').trim();
}

function codeOf(tag) {
  const all = lines(tag);
  const indents = all.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)[0].length);
  const indent = Math.min(...indents);
  return all
    .map((line) => line.slice(indent))
    .join('\n')
    .trim();
}

// The text of a tag without its name and without the stars before its lines.
function lines(tag) {
  const text = tag.getText().replace(/^@\w+/, '').replace(/\*\/$/, '');
  return text.split('\n').map((line, at) => (at === 0 ? line.trim() : line.replace(/^\s*\*?/, '').trimEnd()));
}
