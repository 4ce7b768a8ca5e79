import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { ROOT } from './commands.mjs';
import { SetupError } from './setup-error.mjs';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/**
 * Starts a program in this terminal. Signals for us go to it; it decides when to end.
 * @param {readonly string[]} argv
 * @param {{ env: NodeJS.ProcessEnv, stdio: import('node:child_process').StdioOptions }} options
 * @returns {{ process: ChildProcess, exitCode: Promise<number> }}
 */
export function runChild([file, ...args], options) {
  if (file === undefined) throw new SetupError('setup: no command to run');
  const child = spawn(file, args, { cwd: process.cwd(), ...options });
  const forget = forwardSignals(child);
  const exitCode = once(child, 'exit').then(
    ([code, signal]) => code ?? 128 + constants.signals[/** @type {NodeJS.Signals} */ (signal)],
    (error) => {
      throw new SetupError(`setup: cannot run ${file}: ${error.message}`);
    },
  );
  return { process: child, exitCode: exitCode.finally(forget) };
}

/** The environment with Node.js 24 and our tools first, and the system's folders last. */
export function environmentWith(/** @type {NodeJS.ProcessEnv} */ more) {
  const path = [join(ROOT, 'node_modules/.bin'), process.env.PATH ?? '', '/usr/local/sbin:/usr/sbin:/sbin'];
  return { ...process.env, PATH: path.join(delimiter), ...more };
}

/** @param {ChildProcess} child */
function forwardSignals(child) {
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    // Ctrl-C goes to everybody in the terminal's foreground group; sent again it would count as a second, impatient one.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']);
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}
