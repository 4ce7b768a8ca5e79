import { promises } from 'node:fs';
import { isAbsolute, resolve, sep } from 'node:path';
import * as z from 'zod';
import { appFault } from '../app-fault.ts';
import { Delays } from '../delays.ts';
import { notAllowed } from '../patch.ts';
import { asSentinel } from '../request/request-context.ts';
import { Rule } from '../request/rule.ts';
import { requestScope, scopeText } from '../request/scope.ts';
import { when, whenText } from '../request/when.ts';
import { isReplyTo } from '../sentinel.ts';
import { fsEffect, fsEffectText } from './effect.ts';
import { type FileCall, fsSeam } from './seam.ts';
import { isInStateFolder } from './state-folder.ts';

/**
 * `app.fs`: file functions that this thread calls with a path fail or are slow. Files that are open already, and code
 * that copied a function out of `node:fs` before, are not reached; the engine's own state folder never is.
 */
export const appFs = (isAllowed: boolean) =>
  appFault({
    type: 'app.fs',
    params: z.strictObject({
      scope: requestScope,
      /** A folder or file; everything below it. Absolute. */
      under: z.string().refine((path) => isAbsolute(path) && resolve(path) !== resolve('/'), {
        error: 'expected an absolute path below the root',
      }),
      /** Which calls. Default `all`. */
      operations: z.enum(['read', 'write', 'all']).default('all'),
      /** Counted per call. */
      when: when.default('always'),
      effect: fsEffect,
    }),
    risk: 'high',
    obstacle: () => (isAllowed ? undefined : notAllowed('fs')),
    describe: ({ scope, under, operations, when, effect }) =>
      `${fsEffectText(effect)}: ${operations} of files under ${under}, ${whenText(when)}, ${scopeText(scope)}`,
    begin({ scope, under, operations, when, effect }, { id, clock, random }) {
      const delays = new Delays(clock);
      const rule = new Rule({ scope, when, random });
      const root = resolve(under);
      const matches = ({ path, isWrite }: FileCall): boolean => {
        if (operations !== 'all' && isWrite !== (operations === 'write')) return false;
        const full = resolve(path);
        return (full === root || full.startsWith(root + sep)) && !isInStateFolder(full);
      };
      const hits = (call: FileCall): boolean => rule.covers() && matches(call) && rule.draws();
      const left = fsSeam.join({ id, effect, delays, random: random.fork('effect'), hits });
      return {
        isLive: () => answersSentinel(id, root),
        counters: () => rule.counters(),
        async [Symbol.asyncDispose]() {
          left[Symbol.dispose]();
          delays[Symbol.dispose]();
        },
      };
    },
  });

async function answersSentinel(id: string, path: string): Promise<boolean> {
  try {
    await asSentinel(id, () => promises.access(path));
    return false;
  } catch (thrown) {
    return isReplyTo(id, thrown);
  }
}
