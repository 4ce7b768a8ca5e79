import { messageOf } from '@bridge/chaos-core';
import * as z from 'zod';
import { fileDigest } from '../../snapshot/file-digest.ts';
import type { Action, ActionContext } from '../action.ts';
import { readingAction } from '../reading-action.ts';

/** Loads a model, and so proves that it can be loaded. Rejects when it cannot. */
export type ModelLoader = (file: string, context: ActionContext) => Promise<void>;

const options = z.strictObject({ file: z.string().min(1) });

/** validate_model: runs the host's own loader on a file. */
export function validateModel(load: ModelLoader): Action<'validate_model', typeof options> {
  return readingAction('validate_model', options, async ({ file }, context) => {
    try {
      await load(file, context);
      return { is: 'good', output: { ...(await fileDigest(file)) } };
    } catch (error) {
      context.signal.throwIfAborted();
      return { is: 'bad', detail: `${file} cannot be loaded: ${messageOf(error)}` };
    }
  });
}
