import type { Colour } from '../terminal/colour.ts';
import { plainLine } from '../terminal/plain-text.ts';
import type { Progress } from './progress.ts';

const BARS = '▁▂▃▄▅▆▇█';
const NAME_WIDTH = 20;
const SETTLED = new Set(['reverted', 'gone', 'spent']);

export interface FrameOptions {
  readonly columns: number;
  /** Milliseconds since the run started. */
  readonly elapsed: number;
  readonly paint: (style: Colour, text: string) => string;
}

/** The live view as lines, none wider than the terminal. */
export function frame(progress: Progress, { columns, elapsed, paint }: FrameOptions): string[] {
  const fit = (text: string): string => plainLine(text, columns - 1);
  const { name, phase, health, seed } = progress;
  const score = health === null ? '' : `  health ${health.toFixed(2)}`;
  const origin = seed === null ? '' : `  (seed ${seed})`;
  const head = `${phase}  ${(elapsed / 1000).toFixed(0)} s${score}  ${name}${origin}`;
  const bars = Math.max(10, Math.min(60, columns - NAME_WIDTH - 30));
  return [
    paint('bold', fit(head)),
    ...progress.probes.map((probe) => {
      const { latencies, healthy, ok, sent } = probe;
      const last = latencies.at(-1) ?? null;
      const numbers = `${ok}/${sent} ok  p95 ${last === null ? '–' : `${last.toFixed(0)} ms`}`;
      const line = fit(
        `  ${probe.name.padEnd(NAME_WIDTH).slice(0, NAME_WIDTH)} ${sparkline(latencies, bars)}  ${numbers}`,
      );
      return healthy.at(-1) === false ? paint('red', line) : line;
    }),
    ...progress.faults.map((fault) => {
      const style = fault.phase === 'leaked' ? 'red' : SETTLED.has(fault.phase) ? 'green' : 'yellow';
      return paint(style, fit(`  ${fault.phase.padEnd(10)} ${fault.what}`));
    }),
    ...progress.lines.map((line) => paint('dim', fit(`  ${line}`))),
  ];
}

/** The last `width` values as bars, the highest of them as the tallest; a gap where there is none. */
export function sparkline(values: readonly (number | null)[], width: number): string {
  const shown = values.slice(-width);
  const highest = Math.max(...shown.map((value) => value ?? 0), 1);
  const bar = (value: number | null): string =>
    value === null ? ' ' : (BARS[Math.min(BARS.length - 1, Math.floor((value / highest) * BARS.length))] ?? ' ');
  return shown.map(bar).join('').padStart(width);
}
