import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** How long a program may take to end after it was told to, ms. */
const PATIENCE = 15_000;

/** A Node.js process of the demo. */
export interface Program extends AsyncDisposable {
  readonly process: ChildProcess;
  readonly pid: number;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
}

/**
 * Starts a file of this folder in a session of its own, so that Ctrl-C reaches the demo alone, which then ends
 * everything in order. A program ends when its channel to the demo closes.
 */
export function startProgram(file: string, args: readonly string[]): Program {
  const child = fork(join(import.meta.dirname, file), args, { detached: true });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} cannot be started`);
  const ended = once(child, 'exit').then(() => {});
  return {
    process: child,
    pid,
    ended,
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      const impatience = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
      await ended;
      clearTimeout(impatience);
    },
  };
}

/** The first message a program sends that a parser takes; fails when it ends before. */
export async function messageFrom<T>(program: Program, parse: (message: unknown) => T): Promise<T> {
  const [message] = await Promise.race([
    once(program.process, 'message'),
    program.ended.then((): never => {
      throw new Error(`the program ${program.process.spawnargs.at(2)} ended before it was ready`);
    }),
  ]);
  return parse(message);
}
