/** `; did you mean "name"?` when one of the candidates differs by a slip of typing, else an empty text. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const nearest = candidates.find((candidate) => differsByOne(word.toLowerCase(), candidate.toLowerCase()));
  return nearest === undefined ? '' : `; did you mean ${JSON.stringify(nearest)}?`;
}

/** One character more, less or other, two neighbours swapped, or `-` for `_`. */
function differsByOne(a: string, b: string): boolean {
  if (a.replaceAll(/[-_]/g, '') === b.replaceAll(/[-_]/g, '')) return true;
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
