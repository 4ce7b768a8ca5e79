import type { JsonObject } from '@bridge/chaos-core';
import * as z from 'zod';
import { type Action, type ActionContext, defineAction, type Finding } from './action.ts';
import { failed } from './action-failure.ts';

const nothing = z.strictObject({});

/** An action that only looks: what it finds is its verification, and bad or unknown findings fail it. */
export function readingAction<const Name extends string, Options extends z.ZodType>(
  name: Name,
  options: Options,
  look: (options: z.output<Options>, context: ActionContext) => Promise<Finding & { readonly output?: JsonObject }>,
): Action<Name, Options, typeof nothing> {
  return defineAction({
    name,
    effect: 'reads',
    options,
    undo: nothing,
    prepare: async () => ({}),
    async run(given, _undo, context) {
      const found = await look(given, context);
      if (found.is !== 'good') throw failed(name, found.detail);
      return { ...(found.detail === undefined ? {} : { detail: found.detail }), ...found.output };
    },
    verify: (given, _undo, context) => look(given, context),
    async revert() {},
  });
}
