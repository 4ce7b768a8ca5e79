import type { Round } from './round.ts';

function quantile(values: readonly number[], q: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  return value === undefined ? '-' : value.toFixed(0);
}

function cleanTimes(rounds: readonly Round[]): number[] {
  return rounds.flatMap(({ clean, guardianToo }) => (clean === undefined || guardianToo ? [] : [clean]));
}

function line(name: string, rounds: readonly Round[], undo: string): string {
  const clean = cleanTimes(rounds);
  const both = rounds.filter(({ guardianToo }) => guardianToo).length;
  const random = rounds.filter(({ doing }) => doing.startsWith('at random')).length;
  const cells = [rounds.length, random, both, clean.length, undo, quantile(clean, 0.5), quantile(clean, 1)];
  return name.padEnd(20) + cells.map((cell) => String(cell).padStart(10)).join('');
}

/** Times from SIGKILL to clean beside the raw undo call, one line per fault; ms. */
export function killTable(results: ReadonlyMap<string, { readonly rounds: readonly Round[]; readonly undo: number }>) {
  const head = ['kills', 'random', 'both', 'broken', 'raw undo', 'clean p50', 'max'];
  const all = [...results.values()].flatMap(({ rounds }) => rounds);
  const within = Map.groupBy(all, ({ doing }) => doing);
  return [
    'fault'.padEnd(20) + head.map((cell) => cell.padStart(10)).join(''),
    ...[...results].sort().map(([type, { rounds, undo }]) => line(type, rounds, undo.toFixed(0))),
    line('all', all, '-'),
    `killed ${[...within]
      .map(([doing, rounds]) => `${doing} ×${rounds.length}`)
      .sort()
      .join(', ')}`,
  ].join('\n');
}
