// Parts of a page that a program writes: what stands between `<!-- name: … -->` and `<!-- /name -->`. Text in, text out.

/** The part of that name. */
export function between(text, name) {
  return cut(text, name).part;
}

/** The page with another part of that name. */
export function written(text, name, part) {
  const { head, tail } = cut(text, name);
  return `${head}\n\n${part.trim()}\n\n${tail}`;
}

function cut(text, name) {
  const start = new RegExp(`<!-- ${name}\\b[^>]*-->`).exec(text);
  const end = text.indexOf(`<!-- /${name} -->`);
  if (start === null || end < start.index)
    throw new Error(`there is no part <!-- ${name} --> … <!-- /${name} -->`);
  const from = start.index + start[0].length;
  return { head: text.slice(0, from), part: text.slice(from, end), tail: text.slice(end) };
}
