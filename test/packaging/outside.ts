import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Runs a program in the machine's own network and returns what it printed. The network namespace that tests run in has no
 * way to a package registry.
 */
export async function outside(cwd: string, file: string, ...args: string[]): Promise<string> {
  const owner = process.env['CHAOS_TEST_OUTSIDE'];
  const enter = owner === undefined ? [] : ['nsenter', '--net', '--target', owner, '--'];
  const [program = file, ...rest] = [...enter, file, ...args];
  const { stdout } = await run(program, rest, { cwd, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}
