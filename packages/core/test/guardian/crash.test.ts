import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ChaosEngine, systemClock } from '@bridge/chaos-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import markers from '../fixtures/marker-plugin.ts';

const VICTIM = fileURLToPath(new URL('./victim.ts', import.meta.url));

let root: string;
const state = () => join(root, 'state');
const broken = () => existsSync(join(root, 'broken'));

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'chaos-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

interface Victim {
  readonly lines: readonly Record<string, unknown>[];
  readonly ended: Promise<unknown>;
  readonly pid: number;
  saw(text: string): Promise<void>;
}

function victim(at: string, how: string, lease: number, env: NodeJS.ProcessEnv = {}): Victim {
  const child = spawn(process.execPath, ['-C', '@bridge/source', VICTIM, state(), root, at, how, String(lease)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
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
async function eventually(condition: () => boolean | Promise<boolean>, within = 10_000): Promise<void> {
  const end = performance.now() + within;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('did not happen in time');
    await systemClock.sleep(10);
  }
}

const livePath = () => join(state(), 'live');
const nothingLive = async () => (await readdir(livePath())).length === 0;

describe('the guardian, when the engine is killed', () => {
  const steps = [
    'prepare:before',
    'prepare:after',
    'fault:intended',
    'fault:injecting',
    'inject:before',
    'inject:after',
    'observe:before',
    'fault:effective',
    'fault:reverting',
    'revert:before',
    'revert:after',
    'fault:reverted',
  ];
  it.each(steps)('at %s leaves nothing broken', async (step) => {
    const dead = victim(step, 'SIGKILL', 10_000);
    await dead.ended;
    await eventually(async () => !broken() && (await nothingLive()));
    await using engine = new ChaosEngine({ plugins: [markers()], armed: true, state: state() });
    await engine.start();
    expect(engine.status().faults).toEqual([]);
  });
});

describe('the guardian, when the engine hangs', () => {
  it('reverts after the lease, and the engine that wakes finds itself stale', async () => {
    const stopped = victim('inject:before', 'SIGSTOP', 400);
    await stopped.saw('reached');
    await eventually(async () => (await readdir(livePath())).some((name) => name.split('.').length === 3));
    expect(broken()).toBe(false);
    process.kill(stopped.pid, 'SIGCONT');
    await stopped.ended;
    expect(broken()).toBe(false);
    expect(stopped.lines).toContainEqual({ status: 'stale' });
    await eventually(nothingLive);
  });

  it('reverts an active fault while the event loop is blocked', async () => {
    const hung = victim('fault:effective', 'hang', 400, { HANG_MS: '2500' });
    await hung.saw('reached');
    expect(broken()).toBe(true);
    await eventually(() => !broken(), 1_900);
    await hung.ended;
    expect(hung.lines.some((line) => line['event'] === 'engine:stale')).toBe(true);
    await eventually(nothingLive);
  });
});
