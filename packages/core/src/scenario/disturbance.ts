import * as z from 'zod';
import { beneath, type Path, type Problem, shown } from '../experiment/problem.ts';
import { SELECTOR_OPTIONS } from '../experiment/selector-schema.ts';
import { didYouMean } from '../experiment/suggestion.ts';
import { strict } from '../experiment/zod-schema.ts';
import type { Json, JsonObject } from '../json.ts';
import { Filling } from './fill.ts';
import { type ParameterValues, PROFILES, type ProfileName, parametersSchema, parameterValues } from './parameter.ts';

const object = z.record(
  z.string(),
  z.custom<Json>((value) => value !== undefined),
);

/**
 * What goes wrong, whatever it is done to: one name, its parameters, its strengths, and for each kind of target the
 * fault that does it. So one scenario runs on a container, a proxy or a process. Core knows none: they come as data.
 */
export const disturbanceSchema = strict({
  /** Letters, digits and `_`. */
  name: z.string().regex(/^[a-z][a-z0-9_]*$/, { error: 'expected a name such as "network_delay"' }),
  description: z.string().min(1),
  parameters: parametersSchema.default({}),
  /** Values of its parameters; none for one that has no strength. */
  profiles: z.partialRecord(z.enum(PROFILES), object).default({}),
  /** By kind of target: the fault type, and its params with `${parameters.…}` inside. */
  on: z.record(
    z.string().min(1),
    strict({ type: z.string().min(1), params: object.default({}), pick: z.string().min(1).exactOptional() }),
  ),
});

export type Disturbance = z.output<typeof disturbanceSchema>;
export type DisturbanceInput = z.input<typeof disturbanceSchema>;

/** A `{ disturb }` step after its parameters were filled in. */
export interface DisturbStep {
  readonly disturb: string;
  readonly profile?: ProfileName;
  readonly with: ParameterValues;
  readonly target: JsonObject;
}

export type Resolved =
  | { readonly ok: true; readonly fault: { readonly type: string; readonly target: unknown; readonly params: unknown } }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The fault that is this disturbance on this kind of target. Values: those of the step, else of the profile, else defaults. */
export function resolveDisturbance(disturbance: Disturbance, step: DisturbStep, path: Path): Resolved {
  const kind = Object.keys(step.target).find((key) => !SELECTOR_OPTIONS.includes(key)) ?? '';
  const fault = disturbance.on[kind];
  if (fault === undefined) return refused([...path, 'target'], kindComplaint(disturbance, kind));
  const profile = step.profile === undefined ? {} : disturbance.profiles[step.profile];
  if (profile === undefined) return refused([...path, 'profile'], profileComplaint(disturbance, step.profile ?? ''));
  const checked = parameterValues(disturbance.parameters, { ...profile, ...step.with });
  if (!checked.ok) return { ok: false, problems: beneath([...path, 'with'], checked.problems) };
  const values = new Map(checked.value).set('target', step.target[kind]);
  const filling = new Filling(values, [...Object.keys(disturbance.parameters), 'target']);
  const params = filling.fill(fault.params, [...path, 'params']);
  const pick = filling.fill(fault.pick, [...path, 'target', 'pick']);
  if (filling.problems.length > 0) return { ok: false, problems: filling.problems };
  const target = pick === undefined ? step.target : { pick, ...step.target };
  return { ok: true, fault: { type: fault.type, target, params } };
}

function refused(path: Path, message: string): Resolved {
  return { ok: false, problems: [{ path, message }] };
}

function kindComplaint({ name, on }: Disturbance, kind: string): string {
  const kinds = Object.keys(on).sort();
  return `expected a target that ${name} can be done to (${kinds.join(', ')}), got ${shown(kind)}${didYouMean(kind, kinds)}`;
}

function profileComplaint({ name, profiles }: Disturbance, profile: string): string {
  const names = Object.keys(profiles);
  const expected = names.length === 0 ? `no profile, since ${name} has no strength` : `one of ${names.join(', ')}`;
  return `expected ${expected}, got ${shown(profile)}`;
}
