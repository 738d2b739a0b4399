// Makes a peer of a package that writes text: its text is counted and kept as UTF-8, and the conversion is part of the time.

/** The peer `name`; `open` imports the package and gives its `{ write, read }`. */
export function textPeer(name, open) {
  let text;
  return {
    name,
    async available() {
      try {
        text = await open();
      } catch (error) {
        return error.message;
      }
    },
    dump: (value) => Buffer.from(text.write(value)),
    load: (bytes) => text.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()),
  };
}
