// Where a name is explained: headings, their anchors as GitHub makes them, and links between the pages.

/** The heading of an export. */
export function headingOf({ name, kind }) {
  return kind === 'function' ? `${name}()` : `${kind} ${name}`;
}

/** The heading of a method or constructor. */
export function memberHeadingOf({ name }, member) {
  return member.kind === 'constructor' ? `new ${name}()` : `${name}.${member.name}()`;
}

/** The anchor that GitHub gives a heading. */
export function anchorOf(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/**
 * Links as a page has them.
 *
 * @param pages  Every page: `{ file, items }`.
 * @param file   The page that links.
 * @param codes  Error codes, which `errors.md` explains.
 */
export function linksOf(pages, file, codes) {
  const broken = [];
  const ordered = [...pages].sort((a, b) => Number(b.file === file) - Number(a.file === file));
  const placeOf = (name) => {
    const [owner, member] = name.split('.');
    for (const page of ordered) {
      const item = page.items.find((one) => one.name === owner);
      if (item === undefined) continue;
      const part = item.members.find((one) => one.name === member);
      if (member !== undefined && part === undefined) return undefined;
      const hasHeading = part !== undefined && part.kind !== 'property' && hasTags(part.doc);
      const anchor = anchorOf(hasHeading ? memberHeadingOf(item, part) : headingOf(item));
      return `${page.file === file ? '' : page.file}#${anchor}`;
    }
    return undefined;
  };
  const link = (name, label = name) => {
    const place = placeOf(name);
    return place === undefined ? undefined : `[\`${label}\`](${place})`;
  };
  return {
    /** Links that lead nowhere. */
    broken,
    /** A link to a name, or the name alone. */
    to: (name) => link(name) ?? `\`${name}\``,
    /** A text with its `{@link …}` as links; a bare name may be a member of `owner`. */
    resolve: (text, owner) =>
      text.replace(/\{@link\s+([\w$.]+)\s*\}/g, (_, name) => {
        const found = link(name) ?? link(`${owner}.${name}`, name);
        if (found === undefined) broken.push(`${file}: ${owner} links to ${name}, which is not public`);
        return found ?? `\`${name}\``;
      }),
    /** A text with its error codes as links. */
    codes: (text) =>
      text.replace(/\b[A-Z]+(?:_[A-Z]+)*\b/g, (word) =>
        codes.has(word) ? `[${word}](errors.md#${word.toLowerCase()})` : word,
      ),
    /** The public names that a signature mentions, but for `own`. */
    namesIn: (text, own) => {
      const words = new Set(text.match(/\b[A-Z]\w+\b/g) ?? []);
      return [...words].filter((word) => word !== own && placeOf(word) !== undefined).sort();
    },
  };
}

function hasTags({ params, throws, example, returns }) {
  return params.length > 0 || throws.length > 0 || example !== undefined || returns !== undefined;
}
