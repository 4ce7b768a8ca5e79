import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Docker from 'dockerode';
import { startContainer } from '../../test/docker-engine/index.ts';
import { row, time } from './measure.ts';

// From SIGKILL of an engine that holds one fault to the moment its victim runs again, looked at every millisecond or
// two, beside the raw undo. `process` (default) or `container`, which needs a Docker engine:
// `node setup/run.mjs exec -- node -C @bridge/source bench/engine/kill-to-clean.ts container`.

const ROUNDS = 20;
const host = join(import.meta.dirname, 'kill-to-clean-host.ts');

interface Victim extends AsyncDisposable {
  readonly id: string;
  isStopped(): Promise<boolean>;
  stop(): Promise<unknown>;
  resume(): Promise<unknown>;
}

function processVictim(): Victim {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  return {
    id: String(child.pid),
    isStopped: async () => {
      const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
    },
    stop: async () => child.kill('SIGSTOP'),
    resume: async () => child.kill('SIGCONT'),
    [Symbol.asyncDispose]: async () => void child.kill('SIGKILL'),
  };
}

async function containerVictim(): Promise<Victim> {
  const subject = await startContainer();
  const container = new Docker().getContainer(subject.id);
  return {
    id: subject.name,
    isStopped: async () => (await container.inspect()).State.Paused,
    stop: () => container.pause(),
    resume: () => container.unpause(),
    [Symbol.asyncDispose]: () => subject[Symbol.asyncDispose](),
  };
}

const kind = process.argv[2] ?? 'process';
await using victim = kind === 'container' ? await containerVictim() : processVictim();

async function until(stopped: boolean): Promise<void> {
  while ((await victim.isStopped()) !== stopped) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Milliseconds from the kill. */
async function killed(): Promise<number> {
  const state = await mkdtemp(join(tmpdir(), 'chaos-kill-'));
  const args = [...process.execArgv, host, state, kind, victim.id];
  const engine = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(createInterface({ input: engine.stdout }), 'line');
    // A process that waits for the disk stops only afterwards.
    await until(true);
    const began = performance.now();
    engine.kill('SIGKILL');
    await until(false);
    return performance.now() - began;
  } finally {
    engine.kill('SIGKILL');
    // The guardian is still writing down what it did.
    await rm(state, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** The same change, made and seen without an engine. */
async function raw(): Promise<void> {
  await victim.resume();
  await until(false);
  await victim.stop();
}

await victim.stop();
const floor = await time(ROUNDS, raw);
await victim.resume();
const times: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) times.push(await killed());
console.log(
  row(
    `${kind}.pause: SIGKILL to clean`,
    times.sort((a, b) => a - b),
    floor,
  ),
);
