import type * as z from 'zod';
import type { Action } from '../action/action.ts';
import type { PlaybookInput } from './playbook.ts';

type StepInput = PlaybookInput['steps'][number];

/** Text that is filled in when the step runs: `${signal.data.file}`, `${steps.fix.patch}`. */
export type Reference = `\${${string}}`;

/** Options of an action, each of which may be a reference. */
export type Referable<Options> = { readonly [Key in keyof Options]: Options[Key] | Reference };

/** A step whose options the compiler checks against its action. */
export function step<Options extends z.ZodType>(
  id: string,
  action: Action<string, Options>,
  options: Referable<z.input<Options>>,
  rest: Omit<StepInput, 'id' | 'action' | 'with'> = {},
): StepInput {
  return { ...rest, id, action: action.name, with: { ...options } };
}
