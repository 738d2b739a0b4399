// What Jupyter knows of a kernel: a folder with `kernel.json` in it, where Jupyter looks for such. Pure, but for reading what is there.

import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { displayName } from '../display-name.js';
import { UsageError } from '../errors.js';

/** What brine writes besides what Jupyter wants, to know its own. */
const OWN = 'brine';

/** Where a kernel's folder is. Throws a `UsageError` for a name that Jupyter does not take. */
export function specFolder(
  name: string,
  prefix: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  if (!/^[a-z0-9._-]+$/i.test(name) || /^\.+$/.test(name))
    throw new UsageError(
      `${displayName(name, 40)} is no name of a kernel`,
      'letters, digits, dots, underscores and dashes make one',
    );
  const data = prefix === undefined ? dataFolder(environment) : join(resolve(prefix), 'share', 'jupyter');
  return join(data, 'kernels', name.toLowerCase());
}

// As jupyter_core's `jupyter_data_dir` has it.
function dataFolder(environment: NodeJS.ProcessEnv): string {
  const said = environment['JUPYTER_DATA_DIR'];
  if (said !== undefined && said !== '') return resolve(said);
  const home = homedir();
  switch (process.platform) {
    case 'darwin':
      return join(home, 'Library', 'Jupyter');
    case 'win32':
      return join(environment['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'jupyter');
    default:
      return join(environment['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'jupyter');
  }
}

/** What stands in `kernel.json`. */
export function specOf(script: string, name: string): object {
  return {
    argv: [process.execPath, script, 'jupyter', 'kernel', '{connection_file}'],
    display_name: name === OWN ? 'JavaScript (brine)' : `JavaScript (${name})`,
    language: 'javascript',
    interrupt_mode: 'message',
    metadata: { [OWN]: true, debugger: false },
  };
}

/** Whose kernel is in a folder. */
export function whoseSpec(folder: string): 'nobody' | 'own' | 'other' {
  const file = join(folder, 'kernel.json');
  if (!existsSync(folder)) return 'nobody';
  try {
    const { metadata } = JSON.parse(readFileSync(file, 'utf8')) as { metadata?: Record<string, unknown> };
    return metadata?.[OWN] === true ? 'own' : 'other';
  } catch {
    return 'other';
  }
}
