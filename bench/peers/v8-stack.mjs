// v8 once more, in a process with a stack of gigabytes: v8.serialize is recursive and overflows on `graph` and `deep`.
// Only there is it the yardstick, so that there is a number to compare with; nobody runs Node like this.
import { peer as v8 } from './v8.mjs';

const STACK_KIB = 2_000_000;

export const peer = {
  ...v8,
  name: 'v8-stack',
  async available() {
    return process.platform === 'win32' ? 'it needs a shell with ulimit' : undefined;
  },
  // The stack of the main thread is set before a process starts; V8's own limit stays a little below it.
  command(script, inputs) {
    const shell = `ulimit -s ${STACK_KIB + 200_000} && exec "$0" --stack-size=${STACK_KIB} "$@"`;
    return ['sh', '-c', shell, process.execPath, script, ...inputs];
  },
  note: () => `runs with a stack of ${STACK_KIB / 1e6} GB`,
};
