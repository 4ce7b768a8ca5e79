import { seededRandom } from '@bridge/chaos-core';
import { bootstrap, compare, eDivisive, hodgesLehmann, mannWhitney, quantile } from '@bridge/chaos-recovery';

/**
 * What the statistics cost for windows of a minute and of ten. Run: node -C @bridge/source bench/recovery/statistics.ts
 */
const random = seededRandom(1);
const latencies = (n: number): number[] => Array.from({ length: n }, () => 50 + 20 * random.next());

function time(title: string, repeat: number, work: () => unknown): void {
  work();
  const start = performance.now();
  for (let round = 0; round < repeat; round += 1) work();
  console.log(`${title.padEnd(52)} ${((performance.now() - start) / repeat).toFixed(3)} ms`);
}

for (const n of [60, 600]) {
  const [x, y] = [latencies(n), latencies(n)];
  time(`Mann-Whitney with ties, ${n} against ${n}`, 50, () => mannWhitney(x, y));
  time(`Hodges-Lehmann with interval, ${n} against ${n}`, 5, () => hodgesLehmann(x, y));
  time(`comparison rule, ${n} against ${n}`, 5, () => compare('latency', x, y));
  time(`E-divisive, ${n}`, 5, () => eDivisive(x));
  const p95 = (values: readonly number[]): number => quantile(values, 0.95);
  time(`block bootstrap of p95, 2,000 resamples of ${n}`, 2, () => bootstrap(x, p95, { random, blockLength: 5 }));
}
