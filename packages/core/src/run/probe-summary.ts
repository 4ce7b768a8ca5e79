import type { BusinessValue } from '../probe/define-probe.ts';
import { type Evidence, judgedProbes, samplesIn } from './evidence.ts';
import { sortedPercentile } from './percentile.ts';
import type { Report } from './report-schema.ts';
import type { Sample } from './sampler.ts';

type ProbeReport = Report['probes'][number];
type Counts = Omit<ProbeReport['phases'][number], 'phase'>;

const SECOND = 1_000;

/** What each probe saw: per phase, and per second since `start` (monotonic ms), by intended send time. */
export function summarizeProbes(evidence: Evidence, start: number): ProbeReport[] {
  const byProbe = Map.groupBy(evidence.samples, (sample) => sample.probe);
  const judged = new Set(judgedProbes(evidence.experiment));
  return evidence.experiment.steadyState.probes.map(({ name, type, every, timeout, business }) => {
    const samples = byProbe.get(name) ?? [];
    const spans = evidence.phases.map((span) => ({ phase: span.phase, samples: samplesIn(samples, span) }));
    const seconds = perSecond(samples, start);
    return {
      name,
      type,
      every,
      timeout,
      judged: judged.has(name),
      sampling: samplingOf(evidence, name),
      phases: spans
        .filter((span) => span.samples.length > 0)
        .map((span) => ({ phase: span.phase, ...count(span.samples) })),
      ...(business === undefined ? {} : { lost: lostBy(business, seconds) }),
      seconds,
    };
  });
}

/** A second in which a share of the checks failed cost that share of the requests of users. */
function lostBy(business: BusinessValue, seconds: ProbeReport['seconds']): NonNullable<ProbeReport['lost']> {
  const { costPerLostRequest, requestsPerSecond, currency = null } = business;
  const lost = seconds.map(({ healthy, degraded }) => {
    if (requestsPerSecond === undefined || degraded === 0) return degraded;
    return (requestsPerSecond * degraded) / (healthy + degraded);
  });
  const requests = lost.reduce((sum, one) => sum + one, 0);
  return { requests, cost: requests * costPerLostRequest, currency };
}

function samplingOf({ sampler }: Evidence, name: string): ProbeReport['sampling'] {
  const own = sampler?.probes.find(({ probe }) => probe === name);
  if (own === undefined) return null;
  const { planned, sent, rate, lagP99, shed } = own;
  return { planned, sent, rate, lagP99, shed };
}

function perSecond(samples: readonly Sample[], start: number): ProbeReport['seconds'] {
  const bySecond = Map.groupBy(samples, (sample) => Math.floor((sample.intended - start) / SECOND));
  return [...bySecond].sort(([a], [b]) => a - b).map(([at, bucket]) => ({ at, ...count(bucket) }));
}

function count(samples: readonly Sample[]): Counts {
  const having = (health: Sample['health']): number => samples.filter((sample) => sample.health === health).length;
  // A check that could not look has no latency worth counting.
  const latencies = samples.filter(({ health }) => health !== 'unknown').map(({ latency }) => latency);
  latencies.sort((a, b) => a - b);
  return {
    checks: samples.length,
    healthy: having('healthy'),
    degraded: having('degraded'),
    unknown: having('unknown'),
    timeouts: samples.filter((sample) => sample.outcome === 'timeout').length,
    p50: sortedPercentile(latencies, 0.5) ?? null,
    p95: sortedPercentile(latencies, 0.95) ?? null,
    p99: sortedPercentile(latencies, 0.99) ?? null,
    max: latencies.at(-1) ?? null,
  };
}
