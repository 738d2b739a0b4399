// Makes a peer of a Python module: it runs measure.py, with the first Python here that can import the module.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PYTHONS = ['python3', '/usr/bin/python3'];
const script = fileURLToPath(new URL('./measure.py', import.meta.url));

/** The peer `name`, which measures the Python module's `dumps` and `loads`. */
export function pythonPeer(name, module) {
  let python;
  return {
    name,
    async available() {
      python = PYTHONS.map((candidate) => pythonWith(candidate, module)).find((found) => found !== undefined);
      return python === undefined ? `no Python here that can import ${module}` : undefined;
    },
    // The inputs are `direction, peer, workload, n, file`, and only the peer is called otherwise.
    command(_, [direction, , ...rest]) {
      return [python, script, direction, module, ...rest];
    },
  };
}

// The program itself and not a shim that looks for it.
function pythonWith(candidate, module) {
  const code = `import ${module}, sys; print(sys.executable)`;
  const { status, stdout } = spawnSync(candidate, ['-c', code], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
