import type { Report } from '@bridge/chaos-core';

/** One line per run: verdict, time to detect and time to recover. */
export function scoreboard(reports: readonly Report[]): string[] {
  return reports.map(({ verdict, timings, name }) => {
    const { timeToDetect, timeToRecover } = timings;
    return `  ${verdict.padEnd(12)}TTD ${seconds(timeToDetect)}  TTR ${seconds(timeToRecover)}  ${name}`;
  });
}

function seconds(milliseconds: number | null): string {
  return (milliseconds === null ? '-' : `${(milliseconds / 1000).toFixed(2)} s`).padStart(7);
}
