/** Milliseconds as people write them: `250 ms`, `1.5 s`, `2 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${trimmed(milliseconds / 1_000)} s`;
  return `${trimmed(milliseconds / 60_000)} min`;
}

function trimmed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
