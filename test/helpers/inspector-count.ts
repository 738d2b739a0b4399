// What a program sends to V8's inspector, counted by command. Knows nothing of what the program does.

// Before brine is imported: what a program does to Node's classes after that, a session saves.
const PRELOAD = `
  import inspector from 'node:inspector';
  const { post } = inspector.Session.prototype;
  const counter = { tell() {} };
  globalThis[Symbol.for('counter')] = counter;
  inspector.Session.prototype.post = function (method, ...rest) {
    counter.tell(method);
    return post.call(this, method, ...rest);
  };`;

/** Flags of the process whose program has {@link COUNT_SENT}. */
export const COUNTING: readonly string[] = [
  '--import',
  `data:text/javascript,${encodeURIComponent(PRELOAD)}`,
];

/** A text for a program: from then on `sent` counts the commands by their names; the program may empty it. */
export const COUNT_SENT = `
  let sent = {};
  globalThis[Symbol.for('counter')].tell = (method) => {
    sent[method] = (sent[method] ?? 0) + 1;
  };`;
