/** What was measured on the storefront. Times in ms, the longest of all runs where there are several. */
export interface Measurement {
  /** `name: verdict` of each run. */
  readonly verdicts: readonly string[];
  /** From nothing to a system that runs and an engine that takes work. */
  readonly initialisation: number;
  /** From the order to the effect seen from outside. */
  readonly injection: number;
  readonly experiment: number;
  /** From the end of the fault until recovery is certain and all is put back. */
  readonly validation: number;
  readonly emergencyStop: number;
  /** Share of one processor that an engine uses while it holds faults. */
  readonly overhead: number;
  readonly meanTimeToRecover: number;
  readonly longestTimeToRecover: number;
}

/** A target of the documents that this project subsumes. */
export interface DocumentTarget {
  readonly document: '001' | '003' | '004';
  readonly name: string;
  readonly of: Exclude<keyof Measurement, 'verdicts'>;
  /** Milliseconds or a share; it may be reached. */
  readonly limit: number;
}

export const TARGETS: readonly DocumentTarget[] = [
  { document: '001', name: 'fault injection', of: 'injection', limit: 10_000 },
  { document: '001', name: 'emergency stop', of: 'emergencyStop', limit: 5_000 },
  { document: '001', name: 'experiment', of: 'experiment', limit: 5 * 60_000 },
  { document: '001', name: 'recovery validation', of: 'validation', limit: 3 * 60_000 },
  { document: '003', name: 'overhead', of: 'overhead', limit: 0.05 },
  { document: '003', name: 'initialisation', of: 'initialisation', limit: 2 * 60_000 },
  { document: '004', name: 'mean time to recover', of: 'meanTimeToRecover', limit: 120_000 },
  { document: '004', name: 'longest time to recover', of: 'longestTimeToRecover', limit: 300_000 },
];

/** One line per target. */
export function targetTable(measured: Measurement): string[] {
  return TARGETS.map(({ document, name, of, limit }) => {
    const isShare = of === 'overhead';
    const shown = (value: number): string =>
      isShare ? `${(100 * value).toFixed(1)} %` : `${(value / 1_000).toFixed(2)} s`;
    const met = measured[of] <= limit ? 'met' : 'MISSED';
    return `${document}  ${name.padEnd(24)} ${shown(measured[of]).padStart(9)}   at most ${shown(limit).padStart(9)}   ${met}`;
  });
}
