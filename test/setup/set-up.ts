import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

const ROOT = join(import.meta.dirname, '../..');
const RUN = join(ROOT, 'setup/run.mjs');

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Programs it is started through, such as `unshare` with its arguments. */
  readonly through?: readonly string[];
}

export interface SetUp {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  /** The next line the program prints. */
  line(): Promise<string>;
  readonly ended: Promise<{ readonly code: number; readonly stderr: string }>;
}

/** Starts `node setup/run.mjs …` as somebody would who has no engine yet. */
export function startSetUp(args: readonly string[], { env = {}, through = [] }: StartOptions = {}): SetUp {
  const [file = '', ...rest] = [...through, process.execPath, RUN, ...args];
  const { DOCKER_HOST, CHAOS_TEST_RUN, CHAOS_TEST_DOCKER_HOST, ...clean } = process.env;
  const child = spawn(file, rest, { cwd: ROOT, env: { ...clean, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const stderr = text(child.stderr);
  return {
    process: child,
    line: async () => String((await lines.next()).value),
    ended: once(child, 'exit').then(async ([code]) => ({ code, stderr: await stderr })),
  };
}

/** Runs `node setup/run.mjs …` to its end. */
export async function setUp(args: readonly string[], options?: StartOptions) {
  const { process: child, ended } = startSetUp(args, options);
  child.stdin.end();
  const stdout = text(child.stdout);
  return { ...(await ended), stdout: await stdout };
}
