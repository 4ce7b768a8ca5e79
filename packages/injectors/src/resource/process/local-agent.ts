import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { close, open } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { ChaosError } from '@bridge/chaos-core';
import { agentProgram } from '../../container/agent/agent-image.ts';
import { ARCHITECTURES } from '../../container/helper-image.ts';

/** Tells every process of the SDK's own, and that nobody may break it. */
const ENVIRONMENT = { BRIDGE_CHAOS_HELPER: 'pressure' };

/** The agent as a child process, for processes of this machine. It has no name on disk and leaves nothing there. */
export class LocalAgent {
  /** A descriptor and no FileHandle: a copy of the plugin may be forgotten without being closed. */
  #program: Promise<number> | undefined;
  readonly #held = new Map<string, Writable>();

  /** Runs it once, until it ends well. */
  async run(args: readonly string[]): Promise<string> {
    const { code, output, complaint } = await this.ask(args);
    if (code === 0) return output;
    throw new ChaosError('CHAOS_FAULT_FAILED', `expected the agent to ${args[0]}, got ${complaint || `code ${code}`}`);
  }

  /** Runs it once, until it ends with whatever code. */
  async ask(
    args: readonly string[],
  ): Promise<{ readonly code: number; readonly output: string; readonly complaint: string }> {
    const program = await this.#path();
    return new Promise((resolve) => {
      const child = execFile(program, args, { env: ENVIRONMENT, maxBuffer: 2 ** 24 }, (error, output, complaint) => {
        const code = typeof error?.code === 'number' ? error.code : -1;
        resolve({ code: error === null ? 0 : code, output, complaint: complaint.trim() || (error?.message ?? '') });
      });
      child.stdin?.end();
    });
  }

  /** Starts what presses; resolves once every worker is at work. It ends with this process. */
  async start(mark: string, args: readonly string[]): Promise<void> {
    const child = spawn(await this.#path(), args, { env: ENVIRONMENT, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#held.set(mark, child.stdin);
    // It has ended: that shows in the next look.
    child.stdin.on('error', () => undefined);
    const complaint = text(child.stderr);
    const said = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => undefined)]);
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr]) {
      const unref: unknown = Reflect.get(stream, 'unref');
      if (typeof unref === 'function') Reflect.apply(unref, stream, []);
    }
    if (said === undefined) {
      throw new ChaosError('CHAOS_FAULT_FAILED', `expected the agent to press, got: ${(await complaint).trim()}`);
    }
  }

  end(mark: string): void {
    this.#held.get(mark)?.end();
    this.#held.delete(mark);
  }

  async close(): Promise<void> {
    for (const mark of [...this.#held.keys()]) this.end(mark);
    const program = await this.#program;
    this.#program = undefined;
    if (program !== undefined) await promisify(close)(program);
  }

  async #path(): Promise<string> {
    this.#program ??= unnamed();
    return `/proc/${process.pid}/fd/${await this.#program}`;
  }
}

/**
 * @throws ChaosError `CHAOS_FAULT_IMPOSSIBLE` where there is no agent for this machine.
 */
export function requireAgent(): Uint8Array {
  const program = process.platform === 'linux' ? agentProgram(ARCHITECTURES[process.arch] ?? '') : undefined;
  if (program !== undefined) return program;
  throw new ChaosError(
    'CHAOS_FAULT_IMPOSSIBLE',
    `faults on the resources of processes need Linux on x86-64 or arm64, this is ${process.platform} on ${process.arch}; select a container`,
  );
}

async function unnamed(): Promise<number> {
  const program = requireAgent();
  const folder = await mkdtemp(join(tmpdir(), 'bridge-chaos-agent-'));
  try {
    const path = join(folder, 'agent');
    await writeFile(path, program, { mode: 0o700 });
    return await promisify(open)(path, 'r');
  } finally {
    await rm(folder, { recursive: true });
  }
}
