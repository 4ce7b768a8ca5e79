import * as z from 'zod';

type ByteUnit = 'B' | 'KB' | 'MB' | 'GB' | 'TB' | 'KiB' | 'MiB' | 'GiB' | 'TiB';
type BitUnit = 'bit' | 'kbit' | 'mbit' | 'gbit';

/** A number of bytes with its unit: decimal (`KB` = 1000 B) or binary (`KiB` = 1024 B). */
export type SizeInput = `${number}${ByteUnit}`;
/** Bytes or bits per second: `'10MB/s'`, `'8mbit/s'`. */
export type RateInput = `${number}${ByteUnit | BitUnit}/s`;

const BYTES: Readonly<Record<ByteUnit, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};
const BITS: Readonly<Record<BitUnit, number>> = { bit: 1 / 8, kbit: 125, mbit: 125e3, gbit: 125e6 };
const PER_SECOND: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries({ ...BYTES, ...BITS }).map(([unit, bytes]) => [`${unit}/s`, bytes]),
);

function quantity<Input extends string>(units: Readonly<Record<string, number>>, expected: string, id: string) {
  const isText = (input: unknown): input is Input => typeof input === 'string' && input.length <= 40;
  return z
    .custom<Input>(isText, { error: `expected ${expected}` })
    .transform((input, ctx): number => {
      const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z/]+)$/.exec(input) ?? [];
      const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
      if (digits !== undefined && factor !== undefined) return Number(digits) * factor;
      ctx.issues.push({ code: 'custom', input, message: `expected ${expected}, got ${JSON.stringify(input)}` });
      return z.NEVER;
    })
    .meta({ id, description: `expected ${expected}` });
}

/** Zod type of a size; its output is bytes. */
export const size = quantity<SizeInput>(BYTES, 'a size with a unit such as "512KiB" or "10MB"', 'Size');

/** Zod type of a rate; its output is bytes per second. */
export const rate = quantity<RateInput>(PER_SECOND, 'a rate with a unit such as "10MB/s" or "8mbit/s"', 'Rate');
