import type { Json, Random } from '@bridge/chaos-core';
import * as z from 'zod';
import { delayParams, delayText } from '../delay.ts';

const json: z.ZodType<Json> = z.json();

/** What a failpoint does when it is hit. */
export const failpointAction = z.discriminatedUnion('kind', [
  /** Throws: an error the failpoint declares by name, else a plain Error with this message and code. */
  z.strictObject({
    kind: z.literal('throw'),
    error: z.string().optional(),
    message: z.string().default('injected by a failpoint'),
    code: z.string().optional(),
  }),
  /** The caller returns this instead of doing its work. Must be what the failpoint declares with `returns`. */
  z.strictObject({ kind: z.literal('return'), value: json }),
  /** Waits, then goes on. A synchronous hit blocks its thread. */
  z.strictObject({ kind: z.literal('delay'), ...delayParams }),
  /** Waits until the fault ends, then goes on. Only for asynchronous hits. */
  z.strictObject({ kind: z.literal('pause') }),
]);
export type FailpointAction = z.output<typeof failpointAction>;

const weighted = z.strictObject({ weight: z.number().positive(), action: failpointAction });

/** One action, or several of which each hit draws one by weight. */
export const failpointActions = z.union([failpointAction, z.tuple([weighted], weighted)]);
export type FailpointActions = z.output<typeof failpointActions>;

export function allActions(actions: FailpointActions): readonly FailpointAction[] {
  return isMix(actions) ? actions.map(({ action }) => action) : [actions];
}

export function drawAction(actions: FailpointActions, random: Random): FailpointAction {
  if (!isMix(actions)) return actions;
  let left = random.next() * actions.reduce((total, { weight }) => total + weight, 0);
  const drawn = actions.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return (drawn ?? actions[0]).action;
}

function isMix(actions: FailpointActions): actions is Extract<FailpointActions, readonly unknown[]> {
  return Array.isArray(actions);
}

export function actionsText(actions: FailpointActions): string {
  if (isMix(actions)) return actions.map(({ weight, action }) => `${weight} × ${actionText(action)}`).join(', ');
  return actionText(actions);
}

function actionText(action: FailpointAction): string {
  switch (action.kind) {
    case 'throw':
      return `throw ${action.error ?? action.code ?? 'an error'}`;
    case 'return':
      return `return ${JSON.stringify(action.value).slice(0, 80)}`;
    case 'delay':
      return `wait ${delayText(action)}`;
    case 'pause':
      return 'wait until the end of the fault';
    default:
      return action satisfies never;
  }
}
