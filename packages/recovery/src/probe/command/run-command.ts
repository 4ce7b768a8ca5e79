import { spawn } from 'node:child_process';
import { codeOf } from '../network-failure.ts';

export interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}

export interface Finished {
  readonly code: number | null;
  readonly endedBy: NodeJS.Signals | null;
  readonly stdout: string;
  /** Last part of stderr. */
  readonly stderr: string;
}

const STDOUT_LIMIT = 2 ** 20;
const STDERR_LIMIT = 2 ** 12;

/**
 * Runs a program without a shell and reads it to its end. When the signal aborts, the program and what it started are
 * killed. Rejects when it could not be started.
 */
export function runCommand({ file, args, cwd, env }: CommandLine, signal: AbortSignal): Promise<Finished> {
  const { promise, resolve, reject } = Promise.withResolvers<Finished>();
  if (signal.aborted) return Promise.reject(signal.reason);
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that what the program started can be killed with it.
    detached: process.platform !== 'win32',
  });
  const stdout = collect(child.stdout, (text, chunk) => (text + chunk).slice(0, STDOUT_LIMIT));
  const stderr = collect(child.stderr, (text, chunk) => (text + chunk).slice(-STDERR_LIMIT));
  const onAbort = (): void => {
    killGroup(child.pid);
    reject(signal.reason);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  child.on('error', (error) => {
    signal.removeEventListener('abort', onAbort);
    reject(error);
  });
  child.on('close', (code, endedBy) => {
    signal.removeEventListener('abort', onAbort);
    resolve({ code, endedBy, stdout: stdout(), stderr: stderr() });
  });
  return promise;
}

function collect(stream: NodeJS.ReadableStream, append: (text: string, chunk: string) => string): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text = append(text, chunk);
  });
  return () => text;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch (error) {
    // It ended by itself in the same moment.
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}
