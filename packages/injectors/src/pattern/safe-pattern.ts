import * as z from 'zod';

const LONGEST = 200;
const MOST_REPEATS = 3;

/**
 * Why a regular expression could take exponential or steep polynomial time, or undefined. Deliberately strict: a
 * repeated group may contain neither a repeat nor an alternative, and no back reference or look-around is taken.
 */
export function whyUnsafe(pattern: string): string | undefined {
  if (pattern.length > LONGEST) return `longer than ${LONGEST} characters`;
  if (/\\[1-9k]|\(\?(?:[=!]|<[=!])/.test(pattern)) return 'back references and look-around are not taken';
  const tokens = pattern.match(/\\.|\[(?:\\.|[^\]\\])*\]|\{\d+,?\d*\}|[\s\S]/g) ?? [];
  const groups = [{ complex: false }];
  let closed: { complex: boolean } | undefined;
  let repeats = 0;
  for (const token of tokens) {
    const group = groups.at(-1) ?? { complex: false };
    if (isUnboundedRepeat(token)) {
      if (closed?.complex) return 'a repeated group contains a repeat or an alternative';
      repeats += 1;
      group.complex = true;
    } else if (token === '|') group.complex = true;
    closed = undefined;
    if (token === '(') groups.push({ complex: false });
    if (token !== ')') continue;
    closed = groups.pop();
    const outer = groups.at(-1);
    if (outer !== undefined && closed?.complex) outer.complex = true;
  }
  return repeats > MOST_REPEATS ? `more than ${MOST_REPEATS} unbounded repeats` : undefined;
}

// A large bound is as good as none.
function isUnboundedRepeat(token: string): boolean {
  if (token === '*' || token === '+') return true;
  const [, least, comma, most] = /^\{(\d+)(,?)(\d*)\}$/.exec(token) ?? [];
  if (least === undefined) return false;
  return comma !== '' ? most === '' || Number(most) > 10 : Number(least) > 10;
}

/** Zod type of a regular expression that is safe to run on names. Unanchored, flag `u`. */
export const safePattern = z
  .string()
  .min(1)
  .superRefine((pattern, ctx) => {
    const reason = whyUnsafe(pattern) ?? whyInvalid(pattern);
    if (reason === undefined) return;
    ctx.addIssue({ code: 'custom', message: `expected a regular expression without runaway cost: ${reason}` });
  });

function whyInvalid(pattern: string): string | undefined {
  try {
    new RegExp(pattern, 'u');
    return undefined;
  } catch (error) {
    return String(error);
  }
}
