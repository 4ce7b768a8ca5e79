import type { JsonObject } from '@bridge/chaos-core';
import * as z from 'zod';
import { type Action, type ActionContext, defineAction } from '../action.ts';
import { failed } from '../action-failure.ts';

/** A task for whoever writes code, by hand or by machine. */
export interface CodingTask {
  readonly taskType: 'FIX_BUG' | 'ADD_TESTS';
  readonly description: string;
  /** `AUTO`: the result is used at once; `REVIEW`: somebody looks at it first. */
  readonly executionMode: 'AUTO' | 'REVIEW';
  /** Logs, files, what was tried. */
  readonly context: JsonObject;
  /** The same task comes with the same key. */
  readonly idempotencyKey: string;
}

export type CodingResult =
  /** A unified diff, as `git diff` writes it. */
  | { readonly done: true; readonly taskId: string; readonly patch: string }
  | { readonly done: false; readonly taskId: string; readonly reason: string };

/** Whoever writes patches and tests. */
export interface CodingAgent {
  submit(task: CodingTask, signal: AbortSignal): Promise<CodingResult>;
  /** The patch is not wanted any more. */
  cancel(taskId: string, signal: AbortSignal): Promise<void>;
}

const options = z.strictObject({
  description: z.string().min(1),
  executionMode: z.enum(['AUTO', 'REVIEW']).default('AUTO'),
  context: z.record(z.string(), z.json()).default({}),
});
const undo = z.strictObject({ key: z.string() });

type CodingAction = Action<string, typeof options, typeof undo>;

/** generate_patch and add_tests: what comes back is the output `patch`, for apply_patch. */
export function codingActions(agent: CodingAgent): readonly CodingAction[] {
  return [codingAction(agent, 'generate_patch', 'FIX_BUG'), codingAction(agent, 'add_tests', 'ADD_TESTS')];
}

function codingAction(agent: CodingAgent, name: string, taskType: CodingTask['taskType']): CodingAction {
  const submit = async (given: z.output<typeof options>, { idempotencyKey, signal }: ActionContext) =>
    agent.submit({ taskType, idempotencyKey, ...given }, signal);
  return defineAction({
    name,
    effect: 'informs',
    options,
    undo,
    prepare: async (_options, { idempotencyKey }) => ({ key: idempotencyKey }),
    async run(given, _undo, context) {
      const result = await submit(given, context);
      if (!result.done) throw failed(name, result.reason);
      if (!/^(---|diff --git) /m.test(result.patch)) throw failed(name, 'expected a unified diff, got something else');
      return { taskId: result.taskId, patch: result.patch };
    },
    // Asked again with the same key, the agent tells what became of the task.
    async verify(given, _undo, context) {
      const result = await submit(given, context);
      return result.done ? { is: 'good' } : { is: 'bad', detail: result.reason };
    },
    revert: ({ key }, { signal }) => agent.cancel(key, signal),
  });
}
