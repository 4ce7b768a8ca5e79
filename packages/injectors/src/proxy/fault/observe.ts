import type { FaultContext, Observation } from '@bridge/chaos-core';
import { callOnce } from '../control/client.ts';
import { actsOnConnections, type ConnectionFaultOrder } from '../control/fault-order.ts';
import { sampleOf } from './canary-sample.ts';
import { lookAtEcho } from './echo.ts';
import { knock } from './knock.ts';
import type { ProxyUndo } from './proxy-fault.ts';

const LOOKS = 3;

/** Looks at the effect as a client would feel it, never at what the data plane says it does. */
export async function observeEffect(
  { control, listen, order }: ProxyUndo,
  context: FaultContext,
): Promise<Observation> {
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
  let clean = false;
  for (let look = 0; look < LOOKS; look += 1) {
    const { address, live, carriers } = await callOnce<'canary'>(control, { op: 'canary', fault: order.id }, context);
    if (carriers > 0 && !live) return 'present';
    if (sample === undefined) return live ? 'present' : 'absent';
    const seen = await lookAtEcho(address, sample, context.signal);
    if (seen === 'disturbed' && live) return 'present';
    if (seen === 'clean' && !live) return 'absent';
    clean ||= seen === 'clean';
  }
  return clean ? 'absent' : 'present';
}
