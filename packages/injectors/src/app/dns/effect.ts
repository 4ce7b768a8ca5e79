import { isIP } from 'node:net';
import * as z from 'zod';
import { delayParams, delayText } from '../delay.ts';

/** What happens to a lookup that is hit. */
export const dnsEffect = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fail'), code: z.enum(['ENOTFOUND', 'EAI_AGAIN']) }),
  z.strictObject({ kind: z.literal('delay'), ...delayParams }),
  /** This address is answered, whatever was asked. */
  z.strictObject({
    kind: z.literal('answer'),
    address: z.string().refine((address) => isIP(address) !== 0, { error: 'expected an IP address' }),
  }),
]);
export type DnsEffect = z.output<typeof dnsEffect>;

export function dnsEffectText(effect: DnsEffect): string {
  if (effect.kind === 'fail') return `fail with ${effect.code}`;
  return effect.kind === 'delay' ? `delay by ${delayText(effect)}` : `answer ${effect.address}`;
}
