import * as z from 'zod';

const SINGLE = /^[1-5]xx$/;
const RANGE = /^([1-5]\d\d)-([1-5]\d\d)$/;

const one = z.union(
  [
    z.int().min(100).max(599),
    z.string().refine((text) => SINGLE.test(text) || isRange(text), {
      error: 'expected a class such as "2xx" or a range such as "200-299"',
    }),
  ],
  { error: 'expected a status code (100 to 599), a class such as "2xx" or a range such as "200-299"' },
);

function isRange(text: string): boolean {
  const [, low, high] = RANGE.exec(text) ?? [];
  return low !== undefined && high !== undefined && Number(low) <= Number(high);
}

/** Which HTTP status is right: a code, a class (`'2xx'`), a range (`'200-299'`), or a list of those. */
export const statusExpectation = z.union([one, z.array(one).min(1)], {
  error: 'expected a status code, a class such as "2xx", a range such as "200-299", or a list of those',
});

export type StatusExpectation = z.output<typeof statusExpectation>;

/** Whether a status is among those expected. */
export function statusIsExpected(expected: StatusExpectation, status: number): boolean {
  return [expected].flat().some((one) => {
    if (typeof one === 'number') return status === one;
    const [, low, high] = RANGE.exec(one) ?? [];
    if (low !== undefined && high !== undefined) return status >= Number(low) && status <= Number(high);
    return one.startsWith(String(Math.floor(status / 100)));
  });
}
