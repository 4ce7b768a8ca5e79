import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { type AnyFault, type FaultContext, seededRandom, silentLogger, systemClock } from '@bridge/chaos-core';
import { containers } from '@bridge/chaos-injectors';
import { network } from '@bridge/chaos-injectors/network';
import { startContainer } from '../../test/docker-engine/index.ts';

// Time from inject() to the proven effect and from revert() to the proven reversal, per fault, beside what the bare tool
// takes. Never pass or fail. Run: node setup/run.mjs exec -- node -C @bridge/source bench/inject/main.ts --rounds 20

const run = promisify(execFile);
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' } } });
const rounds = Number(values.rounds);

const FAULTS: Readonly<Record<string, object>> = {
  'network.blackhole': { peers: '192.0.2.1' },
  'network.refuse': { ports: 5432 },
  'network.reset': {},
  'network.loss': { perPacket: 0.1 },
  'network.latency': { delay: '50ms' },
  'network.bandwidth': { rate: '1MB/s' },
  'network.dns': { fail: 'nxdomain' },
};

const context: FaultContext = {
  signal: new AbortController().signal,
  clock: systemClock,
  random: seededRandom(1),
  log: silentLogger,
};

function figures(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  return `p50 ${at(0.5).padStart(6)} ms  p99 ${at(0.99).padStart(6)} ms`;
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

async function until(fault: AnyFault, undo: unknown, wanted: string): Promise<void> {
  while ((await fault.observe(undo, context)) !== wanted);
}

async function measure(plugin: ReturnType<typeof network>, type: string, given: object): Promise<void> {
  const fault: AnyFault | undefined = plugin.faults.find((one) => one.type === type);
  if (fault === undefined) throw new Error(`no fault ${type}`);
  await using container = await startContainer();
  const [source] = containers().targets;
  const [target] = await source.find({ name: container.id }, context);
  if (target === undefined) throw new Error('the container was not found');
  const params = fault.params.parse(given);
  const injected: number[] = [];
  const reverted: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const undo = await fault.prepare(target, params, context);
    injected.push(
      await timed(async () => {
        await fault.inject(target, params, undo, context);
        await until(fault, undo, 'present');
      }),
    );
    reverted.push(
      await timed(async () => {
        await fault.revert(undo, context);
        await until(fault, undo, 'absent');
      }),
    );
  }
  const [cold = 0, ...warm] = injected;
  console.log(
    `${type.padEnd(18)} inject cold ${cold.toFixed(0).padStart(5)} ms  warm ${figures(warm)}  revert ${figures(reverted)}`,
  );
}

/** The floor: the same kind of change by the bare tool, from the host, in a namespace of a container. */
async function floor(): Promise<void> {
  await using container = await startContainer();
  const { Pid } = (await container.inspect()).State;
  const inside = (...args: string[]) => run('nsenter', ['--target', String(Pid), '--net', ...args]);
  const rule = ['OUTPUT', '-d', '192.0.2.1', '-j', 'DROP'];
  const iptables: number[] = [];
  const exec: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    iptables.push(await timed(() => inside('iptables', '-w', '5', '-A', ...rule)));
    await inside('iptables', '-w', '5', '-D', ...rule);
    exec.push(await timed(() => container.exec('true')));
  }
  console.log(`${'nsenter iptables'.padEnd(18)} one rule                ${figures(iptables)}`);
  console.log(`${'docker exec true'.padEnd(18)} one command             ${figures(exec)}`);
}

const plugin = network();
try {
  const [source] = containers().targets;
  await using probe = await startContainer();
  const [target] = await source.find({ name: probe.id }, context);
  const [latency] = plugin.faults;
  // Makes the image and tries the kernel, once per engine.
  if (target !== undefined) {
    const first = await timed(async () => latency.feasible?.(target, latency.params.parse({ delay: '1ms' }), context));
    console.log(`image and kernel, once per engine: ${first.toFixed(0)} ms`);
  }
  await floor();
  for (const [type, given] of Object.entries(FAULTS)) await measure(plugin, type, given);
} finally {
  await plugin.close?.();
}
