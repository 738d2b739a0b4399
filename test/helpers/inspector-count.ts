// What a program sends to V8's inspector, counted by command. Knows nothing of what the program does.

/** A text for a program: from then on `sent` counts the commands by their names; the program may empty it. */
export const COUNT_SENT = `
  import inspector from 'node:inspector';
  const { post } = inspector.Session.prototype;
  let sent = {};
  inspector.Session.prototype.post = function (method, ...rest) {
    sent[method] = (sent[method] ?? 0) + 1;
    return post.call(this, method, ...rest);
  };`;
