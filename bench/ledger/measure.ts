export interface Latencies {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Runs `work` `count` times, `concurrency` at once, each lane waiting for its own. Milliseconds. */
export async function closedLoop(count: number, concurrency: number, work: () => Promise<unknown>): Promise<Latencies> {
  const took = new Float64Array(count);
  let begun = 0;
  const start = performance.now();
  const lane = async (): Promise<void> => {
    while (begun < count) {
      const at = begun;
      begun += 1;
      const from = performance.now();
      await work();
      took[at] = performance.now() - from;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  const seconds = (performance.now() - start) / 1000;
  took.sort();
  const quantile = (q: number): number => took[Math.min(count - 1, Math.floor(count * q))] ?? Number.NaN;
  return { perSecond: count / seconds, p50: quantile(0.5), p99: quantile(0.99) };
}

export function line(name: string, value: string, aim = ''): void {
  console.log(`${name.padEnd(44)} ${value.padEnd(46)} ${aim}`);
}

export function format({ perSecond, p50, p99 }: Latencies): string {
  return `${Math.round(perSecond)}/s  p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms`;
}
