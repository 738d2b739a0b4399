// Runs a command line of brine in this process, from its source: for commands that evaluate nothing, where a process of its own
// for each of many would take long. One at a time.

import process from 'node:process';
import type { Run } from './brine.js';

/** Runs `brine` with arguments in a folder; takes what it prints. */
export async function commandLine(
  parameters: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Run> {
  Reflect.set(globalThis, '__BRINE_VERSION__', '0.0.0');
  const { runCommandLineArguments } = await import('../../cli/arguments.js');
  const { failed } = await import('../../cli/failure.js');
  const before = { cwd: process.cwd(), env: { ...process.env }, code: process.exitCode };
  const heard = { stdout: '', stderr: '' };
  const writes = { stdout: process.stdout.write, stderr: process.stderr.write };
  const listen = (name: 'stdout' | 'stderr'): void => {
    process[name].write = ((text: string | Uint8Array) => {
      heard[name] += typeof text === 'string' ? text : Buffer.from(text).toString();
      return true;
    }) as typeof process.stdout.write;
  };
  process.chdir(cwd);
  Object.assign(process.env, env);
  process.exitCode = undefined;
  listen('stdout');
  listen('stderr');
  let code: number;
  try {
    await runCommandLineArguments(['node', 'brine', ...parameters]);
    code = Number(process.exitCode ?? 0);
  } catch (error) {
    code = failed(error);
  } finally {
    process.stdout.write = writes.stdout;
    process.stderr.write = writes.stderr;
    process.exitCode = before.code;
    for (const name of Object.keys(env)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before.env);
    process.chdir(before.cwd);
  }
  return { ...heard, code };
}
