import { execFile } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { Watchtower } from '@bridge/chaos-recovery';
import Docker from 'dockerode';
import { startContainer } from '../../test/docker-engine/index.ts';

// From the death of a container to the decision, and to running again: the watchtower, with its jitter of up to a second,
// beside a poller that looks every 5 s and restarts at once. Both see the same kills, one after the other.
// Run: node setup/run.mjs exec -- node -C @bridge/source bench/recovery/watchtower.ts [--rounds 20]

const { rounds } = parseArgs({ options: { rounds: { type: 'string', default: '20' } } }).values;
const LABEL = 'bench.recover';
const POLL = 5_000;
const docker = new Docker();
const run = promisify(execFile);

/** From the engine's own time of the `die` to the decision; only the watchtower sees events. */
const latencies: number[] = [];

interface Times {
  readonly decision: number[];
  readonly running: number[];
}

/** Kills the container as a crash does, from outside, and waits until another incarnation runs. */
async function killAndWait(id: string): Promise<{ readonly died: number; readonly running: number }> {
  const { State } = await docker.getContainer(id).inspect();
  const died = performance.now();
  await run('kill', ['-9', String(State.Pid)]);
  for (;;) {
    const found = (await docker.getContainer(id).inspect()).State;
    if (found.Running && found.StartedAt !== State.StartedAt) return { died, running: performance.now() };
    await wait(10);
  }
}

async function watched(): Promise<Times> {
  const times: Times = { decision: [], running: [] };
  const policy = {
    rate: { restarts: 10_000 },
    budget: { restarts: 10_000 },
    verify: { hold: 0 },
    backoff: { reset: '3m' },
  } as const;
  for (let round = 0; round < Number(rounds); round += 1) {
    // A tower of its own for each kill: every restart is a first one.
    await using tower = new Watchtower({ targets: { docker: { label: LABEL } }, policy }).start();
    await using container = await startContainer({ labels: { [LABEL]: 'always' } });
    const decided = new Promise<number>((resolve) => {
      tower.on(({ type, at, data }) => {
        if (type !== 'watchtower:detected') return;
        latencies.push(data.latency ?? Number.NaN);
        resolve(at);
      });
    });
    await wait(300);
    const { died, running } = await killAndWait(container.id);
    times.decision.push((await decided) - died);
    times.running.push(running - died);
  }
  return times;
}

async function polled(): Promise<Times> {
  const times: Times = { decision: [], running: [] };
  await using container = await startContainer();
  const subject = docker.getContainer(container.id);
  let decided = 0;
  const end = new AbortController();
  const polling = (async () => {
    while (!end.signal.aborted) {
      await wait(POLL, undefined, { signal: end.signal }).catch(() => {});
      if (end.signal.aborted || (await subject.inspect()).State.Running) continue;
      decided = performance.now();
      await subject.start();
    }
  })();
  for (let round = 0; round < Number(rounds); round += 1) {
    // So that kills fall anywhere between two polls.
    await wait((round * POLL) / Number(rounds));
    const { died, running } = await killAndWait(container.id);
    times.decision.push(decided - died);
    times.running.push(running - died);
  }
  end.abort();
  await polling;
  return times;
}

function row(title: string, list: readonly number[]): string {
  const sorted = [...list].sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(0);
  return `${title.padEnd(34)} p50 ${at(0.5).padStart(6)} ms   p90 ${at(0.9).padStart(6)} ms   max ${at(1).padStart(6)} ms`;
}

const ours = await watched();
const poller = await polled();
console.log(row('watchtower: die event to decision', latencies));
console.log(row('watchtower: death to decision', ours.decision));
console.log(row('watchtower: death to running', ours.running));
console.log(row(`poller (${POLL} ms): death to decision`, poller.decision));
console.log(row(`poller (${POLL} ms): death to running`, poller.running));
