import type { JsonObject } from '@bridge/chaos-core';
import * as z from 'zod';
import { type Action, defineAction } from '../action.ts';

/** Something for people: a pull request, a task, a message. */
export interface TrackedRequest {
  readonly kind: 'pull-request' | 'task' | 'message';
  readonly title: string;
  readonly body: string;
  readonly data: JsonObject;
  /** The same request comes with the same key: it is opened once. */
  readonly idempotencyKey: string;
}

/** Where pull requests, tasks and messages go. */
export interface Tracker {
  /** Opens it, or finds the one of this key. Answers where it is. */
  open(request: TrackedRequest, signal: AbortSignal): Promise<{ readonly reference: string }>;
  /** Withdraws the one of this key. Nothing to withdraw is fine. */
  withdraw(idempotencyKey: string, signal: AbortSignal): Promise<void>;
}

const options = z.strictObject({
  title: z.string().min(1),
  body: z.string().default(''),
  data: z.record(z.string(), z.json()).default({}),
});
const undo = z.strictObject({ key: z.string() });

type TrackerAction = Action<string, typeof options, typeof undo>;

/** create_pr, open_task and notify. */
export function trackerActions(tracker: Tracker): readonly TrackerAction[] {
  return [
    trackerAction(tracker, 'create_pr', 'pull-request'),
    trackerAction(tracker, 'open_task', 'task'),
    trackerAction(tracker, 'notify', 'message'),
  ];
}

function trackerAction(tracker: Tracker, name: string, kind: TrackedRequest['kind']): TrackerAction {
  return defineAction({
    name,
    effect: 'informs',
    options,
    undo,
    prepare: async (_options, { idempotencyKey }) => ({ key: idempotencyKey }),
    run: async (given, { key }, { signal }) => ({
      ...(await tracker.open({ kind, ...given, idempotencyKey: key }, signal)),
    }),
    // Opening the same one again opens nothing, and answers only when it is there.
    async verify(given, { key }, { signal }) {
      await tracker.open({ kind, ...given, idempotencyKey: key }, signal);
      return { is: 'good' };
    },
    revert: ({ key }, { signal }) => tracker.withdraw(key, signal),
  });
}
