import type { FaultContext, Observation } from '@bridge/chaos-core';
import type { Address } from '../address.ts';
import { callOnce } from '../control/client.ts';
import {
  actsOnConnections,
  type ConnectionFaultOrder,
  type FaultOrder,
  type HttpOrder,
} from '../control/fault-order.ts';
import { sampleOf } from './canary-sample.ts';
import { shownCertificate } from './certificate-look.ts';
import { type Look, lookAtEcho } from './echo.ts';
import { lookAtHttp } from './http-look.ts';
import { knock } from './knock.ts';
import type { ProxyUndo } from './proxy-fault.ts';

const LOOKS = 3;

/** Looks at the effect as a client would feel it, never at what the data plane says it does. */
export async function observeEffect(
  { control, listen, order }: ProxyUndo,
  context: FaultContext,
): Promise<Observation> {
  if (order.kind === 'http') return await observeHttp(control, order, context);
  if (order.kind === 'certificate') return await observeCertificate(control, order, context);
  if (actsOnConnections(order)) return await observeCanary(control, order, context);
  return (await knock(control, listen, context)) === 'refused' ? 'present' : 'absent';
}

/**
 * One look is enough when it agrees with what the data plane says. Where it does not, chance or a busy machine may
 * have played in: one undisturbed look out of three proves the effect absent, as disturbance comes from elsewhere
 * too and its absence does not.
 */
async function observeCanary(
  control: string,
  order: ConnectionFaultOrder,
  context: FaultContext,
): Promise<Observation> {
  const sample = sampleOf(order);
  return await looks(control, order, context, (address) =>
    sample === undefined ? undefined : lookAtEcho(address, sample, context.signal),
  );
}

async function observeHttp(control: string, order: HttpOrder, context: FaultContext): Promise<Observation> {
  return await looks(control, order, context, (address) => lookAtHttp(address, order.effect, context.signal));
}

async function observeCertificate(control: string, order: FaultOrder, context: FaultContext): Promise<Observation> {
  const { identity } = await callOnce<'hello'>(control, { op: 'hello' }, context);
  const own = identity.http?.tls?.fingerprint;
  return await looks(control, order, context, async (address) =>
    (await shownCertificate(address, context.signal)) === own ? 'clean' : 'disturbed',
  );
}

type Looker = (address: Address) => Promise<Look> | undefined;

async function looks(control: string, order: FaultOrder, context: FaultContext, look: Looker): Promise<Observation> {
  let clean = false;
  for (let attempt = 0; attempt < LOOKS; attempt += 1) {
    const { address, live, carriers } = await callOnce<'canary'>(control, { op: 'canary', order }, context);
    if (carriers > 0 && !live) return 'present';
    const seen = await look(address);
    if (seen === undefined) return live ? 'present' : 'absent';
    if (seen === 'disturbed' && live) return 'present';
    if (seen === 'clean' && !live) return 'absent';
    clean ||= seen === 'clean';
  }
  return clean ? 'absent' : 'present';
}
