import { systemClock } from '@bridge/chaos-core';

/** Looks until it holds; throws what was waited for when it does not within `limit` ms. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  limit: number,
  what: string,
): Promise<void> {
  const end = systemClock.now() + limit;
  while (!(await condition())) {
    if (systemClock.now() > end) throw new Error(`expected ${what} within ${limit} ms`);
    await systemClock.sleep(5);
  }
}
