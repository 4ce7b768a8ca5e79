import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

const ROOT = join(import.meta.dirname, '../..');
/** In the environment of an example and of every process it starts. */
const MARK = 'CHAOS_EXAMPLE_RUN';

/** A running example, in a folder of its own that is removed at the end. */
export interface Example extends AsyncDisposable {
  readonly pid: number;
  readonly folder: string;
  /** What it printed, once it has ended; its exit code or the signal that ended it. */
  readonly ended: Promise<{ readonly output: string; readonly errors: string; readonly code: number | string }>;
  /** The first line that holds the text. Fails when the example ends without it. */
  line(containing: string): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Command lines of what is still running of it. */
  leftBehind(): Promise<string[]>;
}

/** Starts a file of `examples/` as a user would, from source. */
export async function startExample(file: string, env: NodeJS.ProcessEnv = {}): Promise<Example> {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-example-'));
  const child = spawn(process.execPath, ['-C', '@bridge/source', join(ROOT, 'examples', file)], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'development', ...env, [MARK]: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const seen: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => seen.push(line));
  const errors = text(child.stderr);
  const ended = Promise.all([once(child, 'close'), errors]).then(([[code, signal], complaint]) => ({
    output: seen.join('\n'),
    errors: complaint,
    code: code ?? signal,
  }));
  return {
    pid: child.pid ?? 0,
    folder,
    ended,
    line: async (containing) => {
      for (;;) {
        const line = seen.find((one) => one.includes(containing));
        if (line !== undefined) return line;
        const more = await Promise.race([once(lines, 'line'), ended]);
        if ('code' in more) throw new Error(`${file} ended (${more.code}) without "${containing}": ${more.errors}`);
      }
    },
    kill: (signal) => void child.kill(signal),
    leftBehind: () => processesMarked(folder),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function processesMarked(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await procFile(pid, 'environ');
      if (!environment.split('\0').includes(`${MARK}=${folder}`)) return [];
      return [`${pid} ${(await procFile(pid, 'cmdline')).replaceAll('\0', ' ')}`];
    }),
  );
  return found.flat();
}

/** Empty for a process that ended between the listing and the look. */
async function procFile(pid: string, name: string): Promise<string> {
  return await readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
}
