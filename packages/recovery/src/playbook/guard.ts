import type { PlaybookStep } from './playbook.ts';
import { fillIn, type ReferenceScope } from './references.ts';

/** Why the step is skipped, or undefined when its guard holds. */
export function guardRefuses(guard: PlaybookStep['guard'], scope: ReferenceScope): string | undefined {
  if (guard === undefined) return undefined;
  const value = fillIn(guard.value, scope);
  const number = typeof value === 'number' ? value : Number.NaN;
  const { equals, notEquals, above, below } = guard;
  if (equals !== undefined && value !== equals) return `expected ${equals}, got ${String(value)}`;
  if (notEquals !== undefined && value === notEquals) return `expected anything but ${notEquals}`;
  if (above !== undefined && !(number > above)) return `expected more than ${above}, got ${String(value)}`;
  if (below !== undefined && !(number < below)) return `expected less than ${below}, got ${String(value)}`;
  return undefined;
}
