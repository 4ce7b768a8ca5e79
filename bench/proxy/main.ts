import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { messageOf } from '@bridge/chaos-core';
import type { BenchFault, Contender } from './contender.ts';
import { cpuOf } from './cpu.ts';
import { connectionRate, download, quantile, roundTrips, upload } from './measure.ts';
import { ourProxy } from './ours.ts';
import { toxiproxy } from './toxiproxy.ts';

/**
 * What a fault proxy costs beside a direct connection, and how exact its delays and rates are. Contenders take turns
 * within every round, so that a busy machine hurts all alike; figures are medians of the rounds.
 * Run: node -C @bridge/source bench/proxy/main.ts [rounds]
 */
const ROUNDS = Number(process.argv[2] ?? 5);
const LATENCY: BenchFault = { kind: 'latency', milliseconds: 100 };
const BANDWIDTH: BenchFault = { kind: 'bandwidth', megabytesPerSecond: 10 };

interface Measurement {
  readonly title: string;
  readonly fault?: BenchFault;
  /** Compare with the direct connection as `x` of it, or as microseconds more; a fault is compared with its goal. */
  readonly against: 'ratio' | 'difference' | number;
  measure(port: number): Promise<number>;
  /** The CPU time of the process that forwards, for each unit of work instead of the figure: hardly moved by load. */
  readonly cpuPer?: 'work';
}

const microseconds = (q: number) => async (port: number) => quantile(await roundTrips(port, 3_000), q) * 1_000;
const WORK = 2_000;
/** Thousands of what was done in `WORK` ms, of which a measurement gives the rate; a warm-up is longer by `factor`. */
const thousandth =
  (rate: (port: number) => Promise<number>, factor = 1) =>
  async (port: number) =>
    ((await rate(port)) * factor * WORK) / 1_000 / 1_000;
const delay = (q: number) => async (port: number) => quantile(await roundTrips(port, 20), q);

const MEASUREMENTS: readonly Measurement[] = [
  { title: 'download, 1 connection, MB/s', against: 'ratio', measure: (port) => download(port, 1, 800) },
  { title: 'download, 8 connections, MB/s', against: 'ratio', measure: (port) => download(port, 8, 800) },
  { title: 'upload, 1 connection, MB/s', against: 'ratio', measure: (port) => upload(port, 800) },
  { title: '1-byte round trip p50, µs', against: 'difference', measure: microseconds(0.5) },
  { title: '1-byte round trip p99, µs', against: 'difference', measure: microseconds(0.99) },
  { title: 'connect + 1 byte + close, per s', against: 'ratio', measure: (port) => connectionRate(port, 4, 800) },
  { title: '100 ms latency, round trip p50, ms', fault: LATENCY, against: 100, measure: delay(0.5) },
  { title: '100 ms latency, round trip p99, ms', fault: LATENCY, against: 100, measure: delay(0.99) },
  {
    title: 'bulk through 100 ms latency, MB/s',
    fault: LATENCY,
    against: 'ratio',
    measure: (port) => download(port, 1, 800),
  },
  { title: '10 MB/s bandwidth, MB/s', fault: BANDWIDTH, against: 10, measure: (port) => download(port, 1, 1_000) },
  {
    title: 'CPU µs per MB of download',
    against: 'ratio',
    cpuPer: 'work',
    measure: thousandth((port) => download(port, 1, WORK), 1.25),
  },
  {
    title: 'CPU µs per MB of upload',
    against: 'ratio',
    cpuPer: 'work',
    measure: thousandth((port) => upload(port, WORK)),
  },
  {
    title: 'CPU µs per connection',
    against: 'ratio',
    cpuPer: 'work',
    measure: thousandth((port) => connectionRate(port, 4, WORK)),
  },
  {
    title: 'CPU µs per 1-byte round trip',
    against: 'ratio',
    cpuPer: 'work',
    measure: async (port) => (await roundTrips(port, 10_000)).length / 1_000,
  },
];

async function figureOf(contender: Contender, { fault, measure, cpuPer }: Measurement): Promise<number | undefined> {
  if (cpuPer !== undefined) {
    if (contender.pid === undefined) return undefined;
    const before = await cpuOf(contender.pid);
    const work = await measure(contender.port);
    return ((await cpuOf(contender.pid)) - before) / work;
  }
  if (fault === undefined) return await measure(contender.port);
  if (contender.inject === undefined) return undefined;
  await using _live = await contender.inject(fault);
  return await measure(contender.port);
}

async function compare(contenders: readonly Contender[], measurement: Measurement): Promise<void> {
  const figures = new Map<Contender, number[]>(contenders.map((contender) => [contender, []]));
  const failures = new Map<Contender, string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const contender of contenders) {
      if (failures.has(contender)) continue;
      try {
        const figure = await figureOf(contender, measurement);
        if (figure !== undefined) figures.get(contender)?.push(figure);
      } catch (error) {
        // The others are compared all the same: Toxiproxy's API answers 503 while a toxic waits for a busy connection.
        failures.set(contender, messageOf(error));
      }
    }
  }
  const [load = 0] = loadavg();
  process.stdout.write(`\n${measurement.title} (load average ${load.toFixed(1)})\n`);
  const direct = quantile(
    contenders.flatMap((contender) => (contender.name === 'direct' ? (figures.get(contender) ?? []) : [])),
    0.5,
  );
  for (const [contender, values] of figures) {
    const { name } = contender;
    const failure = failures.get(contender);
    if (failure !== undefined) process.stdout.write(`  ${name.padEnd(26)}gave up: ${failure}\n`);
    if (values.length === 0) continue;
    const median = quantile(values, 0.5);
    const range = `[${format(Math.min(...values))} - ${format(Math.max(...values))}]`;
    process.stdout.write(
      `  ${name.padEnd(26)}${format(median).padStart(10)}  ${range.padEnd(24)}${relation(measurement, median, direct)}\n`,
    );
  }
}

function relation({ against }: Measurement, median: number, direct: number): string {
  if (typeof against === 'number') return `${(((median - against) / against) * 100).toFixed(2)} % off ${against}`;
  if (Number.isNaN(direct) || median === direct) return '';
  return against === 'ratio' ? `${(median / direct).toFixed(2)} x direct` : `+${format(median - direct)} over direct`;
}

function format(value: number): string {
  return value.toFixed(value < 1_000 ? 2 : 0);
}

const upstream = spawn(process.execPath, [fileURLToPath(new URL('./upstream.ts', import.meta.url))], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const [line] = await once(createInterface({ input: upstream.stdout }), 'line');
const port = Number(line);
try {
  await using ours = await ourProxy(port, 'child');
  await using inProcess = await ourProxy(port, 'in process');
  const peer = await toxiproxy(port);
  await using _peer = peer;
  if (peer === undefined) {
    process.stdout.write(
      'peer absent: toxiproxy-server is not on the PATH. Get it: https://github.com/Shopify/toxiproxy/releases, or\n' +
        'go build -o toxiproxy-server github.com/Shopify/toxiproxy/v2/cmd/server\n',
    );
  }
  const direct: Contender = { name: 'direct', port, [Symbol.asyncDispose]: async () => {} };
  const contenders = [direct, ours, inProcess, ...(peer === undefined ? [] : [peer])];
  process.stdout.write(
    `${ROUNDS} interleaved rounds, median [min - max]; client, server and proxy in processes of their own\n`,
  );
  for (const measurement of MEASUREMENTS) await compare(contenders, measurement);
} finally {
  upstream.kill();
}
