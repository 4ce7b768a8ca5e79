const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Numbers as one line of bars, the highest of them full; a hole is a space. At most `width` bars, each the worst of its share. */
export function sparkline(values: readonly (number | null)[], width = 60): string {
  const per = Math.max(1, Math.ceil(values.length / width));
  const known = values.filter((value) => value !== null);
  const top = known.reduce((a, b) => Math.max(a, b), 0);
  const bars = Array.from({ length: Math.ceil(values.length / per) }, (_, index) => {
    const own = values.slice(index * per, (index + 1) * per).filter((value) => value !== null);
    if (own.length === 0) return ' ';
    const worst = own.reduce((a, b) => Math.max(a, b), 0);
    return BARS[top === 0 ? 0 : Math.min(BARS.length - 1, Math.floor((worst / top) * BARS.length))] ?? '█';
  });
  return bars.join('');
}
