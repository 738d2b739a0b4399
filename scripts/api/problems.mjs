// What a doc comment of a public name should say and does not. Text in, text out.

/** The problems of a page, one line each. */
export function problemsOf({ file, items }, codes) {
  return items.flatMap((item) => {
    const own = item.kind === 'function' ? calledProblems(item) : textProblems(item);
    const parts = item.members.flatMap((member) => memberProblems(item, member));
    const thrown = [item, ...item.members].flatMap(({ doc }) => unknownCodes(doc, codes));
    return [...own, ...parts, ...thrown].map((problem) => `${file}: ${item.name} ${problem}`);
  });
}

function textProblems({ doc }) {
  return doc.text === '' ? ['says nothing'] : [];
}

// A function says what it does, what every parameter is, and what it gives, and shows it.
function calledProblems({ calls, doc }) {
  return [
    ...textProblems({ doc }),
    ...(doc.example === undefined ? ['has no example'] : []),
    ...(doc.idea === undefined ? ['does not say where its idea comes from: @see'] : []),
    ...(calls.some(({ gives }) => gives) && doc.returns === undefined
      ? ['does not say what it returns']
      : []),
    ...undocumented(calls, doc),
  ];
}

function memberProblems({ kind: owner }, { name, kind, calls, doc }) {
  if (owner !== 'class') return [];
  const said = doc.text === '' && kind !== 'constructor' ? [`.${name} says nothing`] : [];
  return [...said, ...undocumented(calls, doc).map((problem) => `.${name} ${problem}`)];
}

// A method that does what a function does leaves the rest to it.
function undocumented(calls, doc) {
  if (/See \{@link \w+\}\./.test(doc.text)) return [];
  const known = doc.params.map(({ name }) => name);
  const names = new Set(calls.flatMap((call) => call.names));
  return [...names].filter((name) => !known.includes(name)).map((name) => `does not say what ${name} is`);
}

function unknownCodes(doc, codes) {
  return doc.throws
    .flatMap(({ text }) => text.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? [])
    .filter((word) => !codes.has(word))
    .map((word) => `throws ${word}, which is no error code`);
}
