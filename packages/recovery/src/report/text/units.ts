/** A duration in ms as people read it: `0.8 ms`, `35 ms`, `3.8 s`, `2 min 05 s`. */
export function duration(milliseconds: number): string {
  const size = Math.abs(milliseconds);
  if (size < 9.95) return `${round(milliseconds, 1)} ms`;
  if (size < 999.5) return `${round(milliseconds, 0)} ms`;
  if (size < 59_950) return `${round(milliseconds / 1000, size < 9_995 ? 2 : 1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  if (minutes < 60) return `${minutes} min ${String(rest).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** A moment of a run, counted from its start: `31.5 s`, `1:08.9`, `2:03:04`. */
export function moment(milliseconds: number): string {
  if (Math.abs(milliseconds) < 59_950) return duration(milliseconds);
  const tenths = Math.round(Math.abs(milliseconds) / 100);
  const [minutes, seconds] = [Math.floor(tenths / 600), (tenths % 600) / 10];
  const sign = milliseconds < 0 ? '−' : '';
  if (minutes < 60)
    return `${sign}${minutes}:${tenths % 10 === 0 ? two(seconds) : seconds.toFixed(1).padStart(4, '0')}`;
  const rest = `${two(minutes % 60)}:${two(Math.floor(seconds))}`;
  return `${sign}${Math.floor(minutes / 60)}:${rest}`;
}

/** `—` when there is none. */
export function durationOr(milliseconds: number | null, none = '—'): string {
  return milliseconds === null ? none : duration(milliseconds);
}

/** A share of 0 to 1: `99.5 %`. Never rounded up to 100 nor down to 0. */
export function percent(share: number | null, none = '—'): string {
  if (share === null) return none;
  const value = 100 * share;
  if (value > 99.99 && value < 100) return '> 99.99 %';
  if (value > 0 && value < 0.01) return '< 0.01 %';
  return `${round(value, 2)} %`;
}

/** Whatever stands in the numbers of a reason. */
export function plainValue(value: unknown): string {
  if (typeof value === 'number') return String(round(value, 3));
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function round(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
