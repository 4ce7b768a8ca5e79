import { isDeepStrictEqual } from 'node:util';
import { systemClock } from '../../clock.ts';
import type { Json } from '../../json.ts';

/** A rule that the fault under test broke. */
export class BrokenRule extends Error {
  override readonly name = 'BrokenRule';
}

/** Throws {@link BrokenRule} unless the condition holds. */
export function must(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new BrokenRule(rule);
}

/** Throws {@link BrokenRule} unless the world is as it was. */
export function mustEqual(now: Json, before: Json, rule: string): void {
  must(isDeepStrictEqual(now, before), `${rule}: expected ${JSON.stringify(before)}, got ${JSON.stringify(now)}`);
}

/** Looks until it holds, at most `within` ms. */
export async function holdsWithin(look: () => Promise<boolean>, within: number): Promise<boolean> {
  const deadline = systemClock.now() + within;
  for (;;) {
    if (await look()) return true;
    if (systemClock.now() > deadline) return false;
    await systemClock.sleep(20);
  }
}
