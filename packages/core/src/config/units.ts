import * as z from 'zod';
import { type DurationInput, duration } from '../duration.ts';
import { share } from '../experiment/share.ts';

/** On or off. */
export const onOff = z.boolean({ error: 'expected true or false' });

/** A plain number means seconds, as in the documents; a text needs its unit. Milliseconds come out. */
export const seconds = z
  .custom<DurationInput>((input) => typeof input === 'number' || typeof input === 'string', {
    error: 'expected seconds, or a text with a unit such as "10m"',
  })
  .transform((input) => (typeof input === 'number' ? input * 1_000 : input))
  .pipe(duration);

/** Longer than nothing. */
export const someSeconds = seconds.refine((value) => value > 0, 'expected more than 0 s');

/** A plain number means milliseconds. */
export const someMilliseconds = duration.refine((value) => value > 0, 'expected more than 0 ms');

/** 1 to 100; a share from 0 to 1 comes out. Less than 1 is refused, since it is nearly always a share by mistake. */
export const percent = z
  .number({ error: 'expected per cent, a number from 1 to 100' })
  .min(1, { error: 'expected per cent, a number from 1 to 100; write 90, not 0.9' })
  .max(100, { error: 'expected per cent, a number from 1 to 100' })
  .transform((value) => value / 100);

/** 0 to 1, or `"15%"`. */
export const probability = share;

/** Above 0 and up to 1, or `"80%"`. */
export const someShare = share.refine((value) => value > 0, 'expected more than 0');
