import { createHmac, timingSafeEqual } from 'node:crypto';
import { ChaosError, type DurationInput, milliseconds, systemClock } from '@bridge/chaos-core';

export interface SignMarkOptions {
  readonly key: string;
  /** How long the mark counts. Default 5 min. The clocks of both sides must agree that well. */
  readonly expiresIn?: DurationInput;
}

/** A header is not read beyond this. */
const LONGEST = 400;

/**
 * Value of the header that marks a request for a process that calls `acceptMarks()` with the same key: the name, when
 * it expires, and HMAC-SHA256 over both.
 *
 * @throws ChaosError `CHAOS_OPTIONS_INVALID` for a name a header cannot carry.
 */
export function signMark(name: string, { key, expiresIn = '5m' }: SignMarkOptions): string {
  if (!/^[\w.-]{1,200}$/.test(name)) {
    throw new ChaosError(
      'CHAOS_OPTIONS_INVALID',
      `signMark: expected a name of letters, digits, "_", "." and "-", got ${JSON.stringify(name)}`,
    );
  }
  const claim = `${name};${Math.ceil(systemClock.wall() + milliseconds(expiresIn))}`;
  return `${claim};${signatureOf(claim, key)}`;
}

/** The name in a header, or undefined when it is not signed with this key, or has expired. */
export function readMark(value: string, key: string, now: number): string | undefined {
  if (value.length > LONGEST) return undefined;
  const [, name, expires, signature = ''] = /^([\w.-]+);(\d{1,16});([\w-]+)$/.exec(value) ?? [];
  if (name === undefined || Number(expires) < now) return undefined;
  const expected = Buffer.from(signatureOf(`${name};${expires}`, key));
  const sent = Buffer.from(signature);
  return sent.length === expected.length && timingSafeEqual(sent, expected) ? name : undefined;
}

function signatureOf(claim: string, key: string): string {
  return createHmac('sha256', key).update(`chaos-mark;${claim}`).digest('base64url');
}
