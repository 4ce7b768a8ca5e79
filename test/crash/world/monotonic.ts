/** Milliseconds of `CLOCK_MONOTONIC`: the same clock in every process of this machine. */
export function monotonic(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
