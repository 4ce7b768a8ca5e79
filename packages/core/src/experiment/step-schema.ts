import * as z from 'zod';
import { duration } from '../duration.ts';
import type { Json, JsonObject } from '../json.ts';
import { condition } from './condition-schema.ts';
import type { Condition, OnRestart, Selector } from './experiment.ts';
import { selector } from './selector-schema.ts';
import { templateName } from './value-source-schema.ts';
import { strict } from './zod-schema.ts';

interface Named {
  readonly id?: string;
  readonly when?: Condition;
}

export interface WrittenFault extends Named {
  readonly type: string;
  readonly target: Selector;
  readonly params: JsonObject;
  readonly for?: number;
  readonly onRestart?: OnRestart;
}

/** Work put on the system: the type of a load generator and beside it its options. */
export interface WrittenLoad {
  readonly type: string;
  readonly options: JsonObject;
}

/** A step after zod: durations in milliseconds, not yet numbered. */
export type WrittenStep =
  | WrittenFault
  | (Named & { readonly serial: readonly WrittenStep[] })
  | (Named & { readonly parallel: readonly WrittenStep[] })
  | (Named & { readonly delay: number })
  | (Named & { readonly repeat: number; readonly steps: readonly WrittenStep[] })
  | (Named & { readonly probe: string })
  | (Named & { readonly load: WrittenLoad; readonly for?: number });

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const named = { id: templateName.exactOptional(), when: condition.exactOptional() };

const jsonObject = z.custom<JsonObject>(isObject, { error: 'expected an object' });

const hold = duration.refine((value) => value > 0, 'expected a time longer than 0, got 0');

export const load = z
  .object({ type: z.string().min(1) })
  .catchall(z.custom<Json>())
  .transform(({ type, ...options }): WrittenLoad => {
    const plain: JsonObject = options;
    return { type, options: plain };
  })
  .meta({ id: 'Load' });

const fault = {
  type: z.string().min(1),
  target: selector,
  params: jsonObject.default({}),
  for: hold.exactOptional(),
};

/** A fault by itself, outside an experiment. */
export const loneFault = strict(fault);

const onRestart = z.enum(['end', 'reapply']);

const faultStep = strict({ ...fault, onRestart: onRestart.exactOptional(), ...named }).meta({ id: 'FaultStep' });

const STEP_EXPECTED =
  'expected a step: a fault { type, target, params? }, or one of { serial }, { parallel }, { delay }, { repeat, steps }, { probe }, { load }';

/** Steps contain steps, so this is built on first use; and once, since building is what costs. */
const anyStep = once(() =>
  z.union(
    [
      faultStep,
      strict({ serial: steps, ...named }),
      strict({ parallel: steps, ...named }),
      strict({ delay: duration, ...named }),
      strict({ repeat: z.int().min(1).max(1_000), steps, ...named }),
      strict({ probe: z.string().min(1), ...named }),
      strict({ load, for: hold.exactOptional(), ...named }),
    ],
    { error: STEP_EXPECTED },
  ),
);

export const step: z.ZodType<WrittenStep> = z.lazy(anyStep).meta({ id: 'Step' });

export const steps = z.array(step).min(1);

function once<Result>(build: () => Result): () => Result {
  let built: Result | undefined;
  return () => {
    built ??= build();
    return built;
  };
}
