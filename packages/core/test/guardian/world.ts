import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@bridge/chaos-core';

const VICTIM = fileURLToPath(new URL('./victim.ts', import.meta.url));

/** A folder that can be broken, and a state folder beside it. */
export class World implements AsyncDisposable {
  readonly root: string;
  readonly state: string;

  private constructor(root: string) {
    this.root = root;
    this.state = join(root, 'state');
  }

  static async make(): Promise<World> {
    return new World(await mkdtemp(join(tmpdir(), 'chaos-')));
  }

  isBroken(name = 'broken'): boolean {
    return existsSync(join(this.root, name));
  }

  live(): Promise<string[]> {
    return readdir(join(this.state, 'live'));
  }

  async isClean(): Promise<boolean> {
    return !this.isBroken() && (await this.live()).length === 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

export interface Victim {
  readonly lines: readonly Record<string, unknown>[];
  readonly ended: Promise<unknown>;
  readonly pid: number;
  saw(text: string): Promise<void>;
}

/** Starts a host process that injects one fault and ends as told. */
export function victim({ state, root }: World, at: string, how: string, lease: number): Victim {
  const child = spawn(process.execPath, ['-C', '@bridge/source', VICTIM, state, root, at, how, String(lease)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(JSON.parse(line));
    for (const look of waiting) look();
  });
  return {
    lines,
    pid: child.pid ?? 0,
    ended: once(child, 'exit'),
    saw: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (lines.some((line) => JSON.stringify(line).includes(text))) resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

/** Polls the world, bounded. */
export async function eventually(condition: () => boolean | Promise<boolean>, within = 10_000): Promise<void> {
  const end = performance.now() + within;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('did not happen in time');
    await systemClock.sleep(10);
  }
}
