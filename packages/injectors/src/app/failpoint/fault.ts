import type { Feasibility } from '@bridge/chaos-core';
import * as z from 'zod';
import { appFault } from '../app-fault.ts';
import { markScope, scopeText } from '../request/scope.ts';
import { whenText } from '../request/when.ts';
import { actionsText, allActions, failpointActions } from './action.ts';
import { armPoints, whenHit } from './armed-points.ts';
import { failpoints, failpointsNamed } from './registry.ts';

/** `app.failpoint`: a declared failpoint fails. A name that nobody declares, or a value it may not return, is refused. */
export const appFailpoint = appFault({
  type: 'app.failpoint',
  params: z.strictObject({
    name: z.string().min(1),
    scope: markScope,
    /** Facts of the hit that must be equal. Default: any hit. */
    where: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
    /** Counted per hit that is in scope and fits `where`. */
    when: whenHit.default('always'),
    action: failpointActions,
  }),
  risk: 'medium',
  obstacle: ({ name, action }) => {
    const points = failpointsNamed(name);
    if (points.length === 0) return unknown(name);
    const objections = points.flatMap((point) => allActions(action).map((one) => point.objection(one)));
    const reason = objections.find((objection) => objection !== undefined);
    return reason === undefined
      ? undefined
      : { possible: false, reason, remedy: 'Change the action or the declaration' };
  },
  describe: ({ name, scope, when, action }) => {
    const which =
      typeof when === 'object' && 'perHit' in when ? `each with probability ${when.perHit}` : whenText(when);
    return `failpoint ${name}: ${actionsText(action)}, ${which} hit, ${scopeText(scope)}`;
  },
  begin: ({ name, scope, where, when, action }, beginning) =>
    armPoints(failpointsNamed(name), { scope, when, where, actions: action }, beginning),
});

function unknown(name: string): Extract<Feasibility, { possible: false }> {
  const names = failpoints().map((point) => point.name);
  const list = names.length === 0 ? 'no loaded module declares any' : `there are ${names.slice(0, 20).join(', ')}`;
  return {
    possible: false,
    reason: `expected a declared failpoint, got ${JSON.stringify(name)}; ${list}`,
    remedy: 'Declare it with failpoint(), or import the module that does',
  };
}
