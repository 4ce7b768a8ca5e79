import type { AlarmRate, Calibration, SeriesCalibration } from './calibration.ts';

/** A calibration in a few lines of plain text, for terminals and logs. */
export function calibrationLines({ verdicts, drifts, series, window }: Calibration): string[] {
  return [
    `${verdicts.trials} runs without a fault, ${window} s a side`,
    `  false alarms: ${rate(verdicts)}`,
    `  baselines called unsteady: ${rate(drifts)}`,
    ...series.map((one) => `  ${one.probe} ${one.kind}: ${rate(one)}${spread(one)}`),
  ];
}

function rate({ trials, alarms, rate: share, interval }: AlarmRate): string {
  if (share === null) return 'unknown: no run had enough seconds';
  return `${alarms} of ${trials} = ${percent(share)} (95 % between ${percent(interval.low)} and ${percent(interval.high)})`;
}

function spread({ kind, varianceInflation, largestRatio, largestDifference }: SeriesCalibration): string {
  if (varianceInflation === null || largestDifference === null) return '';
  const most = kind === 'latency' ? `${largestDifference.toFixed(1)} ms` : percent(largestDifference);
  const times = largestRatio === null ? '' : ` (${largestRatio.toFixed(2)}x)`;
  return `; by chance up to +${most}${times}, variance x ${varianceInflation.toFixed(1)} by autocorrelation`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
