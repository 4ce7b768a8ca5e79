/** Milliseconds, sorted. */
export type Timings = readonly number[];

export async function time(rounds: number, work: () => Promise<unknown>): Promise<Timings> {
  const timings: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    await work();
    timings.push(performance.now() - began);
  }
  return timings.sort((a, b) => a - b);
}

export function at(timings: Timings, share: number): number {
  return timings[Math.min(timings.length - 1, Math.floor(timings.length * share))] ?? Number.NaN;
}

/** One row: name, p50, p99 and how it stands to the floor. */
export function row(name: string, timings: Timings, floor?: Timings): string {
  const p50 = at(timings, 0.5);
  const ratio =
    floor === undefined ? '' : `  ${(p50 / at(floor, 0.5)).toFixed(2)}x, ${(p50 - at(floor, 0.5)).toFixed(3)} ms more`;
  return `${name.padEnd(44)} p50 ${p50.toFixed(3)} ms  p99 ${at(timings, 0.99).toFixed(3)} ms${ratio}`;
}
