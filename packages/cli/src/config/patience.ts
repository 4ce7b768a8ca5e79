import { duration } from '@bridge/chaos-core';
import { usageError } from './usage-error.ts';

/** Milliseconds of a duration that was typed, such as `30s`. Throws a usage error. */
export function patience(option: string, text: string): number {
  const parsed = duration.safeParse(text);
  if (parsed.success) return parsed.data;
  throw usageError(`expected ${option} to be a duration such as 500ms, 30s or 2m, got ${JSON.stringify(text)}`);
}
