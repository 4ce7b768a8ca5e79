import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { type Sample, type SampledProbe, silentLogger, systemClock } from '@bridge/chaos-core';
import { http, tcp, workerSampler } from '@bridge/chaos-recovery';

/**
 * How exactly the worker sampler keeps its plan: schedule lag and achieved rate, with an idle host and with one whose
 * event loop is blocked half of the time. The service runs in a process of its own.
 * Run: node -C @bridge/source bench/recovery/sampler.ts [--seconds 5] [--only 2000/s]
 * Beside other work: chrt -f 5 node …
 */
const { seconds, only } = parseArgs({
  options: { seconds: { type: 'string', default: '5' }, only: { type: 'string', default: '' } },
}).values;
const DURATION = Number(seconds) * 1000;

interface Load {
  readonly title: string;
  readonly type: 'http' | 'tcp';
  readonly probes: number;
  /** Milliseconds between the checks of one probe. */
  readonly every: number;
}

const LOADS: readonly Load[] = [
  { title: '1 http probe, 100/s', type: 'http', probes: 1, every: 10 },
  { title: '10 http probes, 50/s each', type: 'http', probes: 10, every: 20 },
  { title: '100 http probes, 20/s each', type: 'http', probes: 100, every: 50 },
  { title: '100 tcp probes, 20/s each', type: 'tcp', probes: 100, every: 50 },
  { title: '1 http probe, 2000/s', type: 'http', probes: 1, every: 0.5 },
];

async function measure({ title, type, probes, every }: Load, port: number, blocked: boolean): Promise<void> {
  const implementation = type === 'http' ? http : tcp;
  const options = type === 'http' ? { url: `http://127.0.0.1:${port}` } : { port };
  const planned = Array.from({ length: probes }, (_, index): SampledProbe => {
    return { name: `${index}`, type, every, timeout: 5_000, options, implementation };
  });
  const latencies: number[] = [];
  const sink = ({ latency }: Sample): void => void latencies.push(latency);
  const before = process.cpuUsage();
  const running = await workerSampler().start(planned, sink, { clock: systemClock, log: silentLogger });
  await pass(DURATION, blocked);
  const health = await running.stop();
  const cpu = process.cpuUsage(before);
  const lag = Math.max(...health.probes.map(({ lagP99 }) => lagP99 ?? 0));
  const sent = health.probes.reduce((total, probe) => total + probe.sent, 0);
  const due = health.probes.reduce((total, probe) => total + probe.planned, 0);
  latencies.sort((a, b) => a - b);
  console.log(
    [
      title.padEnd(28),
      blocked ? 'blocked host' : 'idle host   ',
      `${Math.round((1000 * sent) / DURATION)}/s`.padStart(8),
      `sent ${((100 * sent) / due).toFixed(1)} %`.padStart(13),
      `lag p99 ${lag.toFixed(2)} ms = ${((100 * lag) / every).toFixed(1)} % of the interval`.padStart(44),
      `latency p50 ${(latencies[Math.floor(latencies.length / 2)] ?? 0).toFixed(2)} ms`.padStart(22),
      `cpu ${Math.round(((cpu.user + cpu.system) / 1000 / DURATION) * 100)} %`.padStart(9),
    ].join('  '),
  );
}

/** Lets time pass; a blocked host spends every other 250 ms in a loop. */
async function pass(milliseconds: number, blocked: boolean): Promise<void> {
  const end = systemClock.now() + milliseconds;
  while (systemClock.now() < end) {
    await systemClock.sleep(Math.min(250, Math.max(0, end - systemClock.now())));
    const until = systemClock.now() + (blocked ? 250 : 0);
    while (systemClock.now() < until);
  }
}

const service = fork(new URL('./service.mjs', import.meta.url), { execArgv: [] });
const [port] = await once(service, 'message');
for (const load of LOADS.filter(({ title }) => title.includes(only))) {
  for (const blocked of [false, true]) await measure(load, Number(port), blocked);
}
service.disconnect();
