import { join } from 'node:path';
import { ChaosEngine, coreJudge, type Report, systemClock } from '@bridge/chaos-core';
import { summarizeRuns } from '@bridge/chaos-recovery';
import { startStorefront } from '../system/start-storefront.ts';
import { experiments, plugins } from './experiments.ts';
import type { Measurement } from './targets.ts';

/** How long the cost of holding a fault is looked at, ms. */
const OVERHEAD_WINDOW = 3_000;

/** Breaks a storefront, and says how long everything took. `folder` is an empty one. */
export async function measure(folder: string): Promise<Measurement> {
  const { now } = systemClock;
  const began = now();
  await using system = await startStorefront({ folder: join(folder, 'shop'), proxies: { name: 'targets' } });
  const { shop = '', store = '', registry = '' } = system.proxies ?? {};
  await using engine = new ChaosEngine({
    plugins: plugins(registry),
    state: join(folder, 'state'),
    armed: true,
    // What is told here is how long things take, on however busy a machine.
    judge: coreJudge({ lagFloor: 10_000, leastRate: 0.1 }),
  });
  await engine.start();
  const initialisation = now() - began;
  const reports: Report[] = [];
  for (const experiment of experiments(system, shop)) reports.push(await engine.run(experiment).report);
  await engine.inject({ type: 'proxy.latency', target: { proxy: shop }, params: { delay: '10ms' } });
  await engine.inject({ type: 'proxy.refuse', target: { proxy: store } });
  const overhead = await cpuShare();
  const stopping = now();
  await engine.emergencyStop('the time it takes is measured');
  const emergencyStop = now() - stopping;
  await engine.release('measured');
  const { slos } = summarizeRuns(reports);
  const observed = (slo: string): number => slos.find((one) => one.slo === slo)?.observed ?? Number.POSITIVE_INFINITY;
  return {
    verdicts: reports.map(({ name, verdict }) => `${name}: ${verdict}`),
    initialisation,
    injection: Math.max(...reports.flatMap(injections)),
    experiment: Math.max(...reports.map(({ startedAt, endedAt }) => Date.parse(endedAt) - Date.parse(startedAt))),
    validation: Math.max(...reports.map(validationOf)),
    emergencyStop,
    overhead,
    meanTimeToRecover: observed('meanTimeToRecover'),
    longestTimeToRecover: observed('longestTimeToRecover'),
  };
}

function injections({ faults }: Report): number[] {
  return faults.map((fault) => {
    if (fault.outcome !== 'injected') return Number.POSITIVE_INFINITY;
    const { requestedAt, effectiveAt } = fault.facts;
    return requestedAt === null || effectiveAt === null ? Number.POSITIVE_INFINITY : effectiveAt - requestedAt;
  });
}

/** From the end of the fault until everything is known to be well again, and put back. */
function validationOf({ phases }: Report): number {
  const parts = phases.filter(({ phase }) => phase === 'recovery' || phase === 'validation');
  return parts.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** Share of one processor that this process uses while an engine in it holds faults. */
async function cpuShare(): Promise<number> {
  const [began, before] = [systemClock.now(), process.cpuUsage()];
  await systemClock.sleep(OVERHEAD_WINDOW);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / (systemClock.now() - began);
}
