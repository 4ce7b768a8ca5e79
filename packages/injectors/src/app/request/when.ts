import * as z from 'zod';

/**
 * Which of the eligible calls are hit, counted from 1. Calls that could not be hit anyway are not counted.
 * - `'always'`: each of them. The default.
 * - `{ first: 2 }`: the first two; then it works again.
 * - `{ every: 3 }`: the third, the sixth, …
 * - `{ pattern: 'FFS' }`: fail, fail, succeed; then it works, or starts over with `repeat: true`.
 */
export const when = z
  .union([
    z.literal('always'),
    z.strictObject({ first: z.int().positive() }),
    z.strictObject({ every: z.int().min(2) }),
    z.strictObject({
      pattern: z
        .string()
        .regex(/^[FS]{1,1000}$/, { error: 'expected letters F (fail) and S (succeed), such as "FFS"' }),
      repeat: z.boolean().default(false),
    }),
  ])
  .meta({ id: 'When' });
export type When = z.output<typeof when>;

/** Whether the nth eligible call is hit. */
export function isHit(schedule: When, nth: number): boolean {
  if (schedule === 'always') return true;
  if ('first' in schedule) return nth <= schedule.first;
  if ('every' in schedule) return nth % schedule.every === 0;
  const { pattern, repeat } = schedule;
  if (nth > pattern.length && !repeat) return false;
  return pattern[(nth - 1) % pattern.length] === 'F';
}

/** The schedule in plain words, for plans. */
export function whenText(schedule: When): string {
  if (schedule === 'always') return 'each';
  if ('first' in schedule) return `the first ${schedule.first}`;
  if ('every' in schedule) return `one in ${schedule.every}`;
  return `by the pattern ${schedule.pattern}${schedule.repeat ? ', over and over' : ', once'}`;
}
