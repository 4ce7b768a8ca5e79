import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** For one command, ms. */
const TIMEOUT = 5_000;
const LONGEST_OUTPUT = 64 * 2 ** 20;

/**
 * What a program prints. One that takes too long, or is no longer waited for, is killed with all that it started, and
 * has ended before this rejects: nothing comes of it later.
 */
export async function runCommand(program: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]);
  const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = (): void => killGroup(child);
  const output = collected(child.stdout, end);
  const complaint = collected(child.stderr, end);
  limit.addEventListener('abort', end, { once: true });
  try {
    const [code]: unknown[] = await once(child, 'close');
    if (code === 0) return output();
    signal.throwIfAborted();
    const how = limit.aborted ? `no end within ${TIMEOUT / 1000} s` : (code ?? child.signalCode);
    throw new Error(`${how} ${complaint()}`.trim());
  } finally {
    limit.removeEventListener('abort', end);
  }
}

function collected(stream: Readable, tooLong: () => void): () => string {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > LONGEST_OUTPUT) tooLong();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString();
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself in the same moment, or belongs to somebody else: its end is waited for either way.
  }
}
