import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';

/** `R`, `S`, `T` …: the process state as the kernel says it (proc(5)). */
function stateOf({ pid }: ChildProcess): string | undefined {
  return /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
}

/**
 * Runs a host that pauses a process, kills it with SIGKILL while the process is paused, and expects the process to run
 * again: its guardian was there.
 *
 * @param host the program and its arguments; it gets a pid and a state folder and prints when the fault is live
 */
export async function expectRevertedAfterKill(host: readonly string[], cwd: string): Promise<void> {
  const state = await mkdtemp(join(tmpdir(), 'bridge-chaos-state-'));
  const victim = spawn('sleep', ['600'], { stdio: 'ignore' });
  try {
    const [file = '', ...args] = host;
    const child = spawn(file, [...args, String(victim.pid), state], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const stderr = text(child.stderr);
    const [line] = await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(async () => [await stderr]),
    ]);
    expect(String(line)).toMatch(/^active \d+\n$/);
    // A signal that is pending stops the process once it runs.
    await expect.poll(() => stateOf(victim)).toBe('T');
    child.kill('SIGKILL');
    await expect.poll(() => stateOf(victim), { timeout: 15_000 }).toBe('S');
  } finally {
    victim.kill('SIGKILL');
    await rm(state, { recursive: true, force: true, maxRetries: 5 });
  }
}
