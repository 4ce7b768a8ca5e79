import * as z from 'zod';
import { duration } from '../duration.ts';
import { probe } from '../experiment/probe-schema.ts';
import { beneath, type Checked, type Problem, shown } from '../experiment/problem.ts';
import { selector } from '../experiment/selector-schema.ts';
import { share } from '../experiment/share.ts';
import { load } from '../experiment/step-schema.ts';
import { didYouMean } from '../experiment/suggestion.ts';
import { templateName } from '../experiment/value-source-schema.ts';
import { checkedBy, strict } from '../experiment/zod-schema.ts';
import type { Json } from '../json.ts';
import { rate, size } from '../size.ts';

const json = z.custom<Json>((value) => value !== undefined, { error: 'expected a value' });

/** How strong: of a disturbance that has profiles. */
export const PROFILES = ['light', 'moderate', 'severe'] as const;
export type ProfileName = (typeof PROFILES)[number];

/** What a parameter can be. */
const PARAMETER_TYPES = [
  'duration',
  'share',
  'size',
  'rate',
  'number',
  'integer',
  'text',
  'flag',
  'profile',
  'target',
  'probe',
  'load',
  'json',
] as const;
export type ParameterType = (typeof PARAMETER_TYPES)[number];

/** What a value is checked with. Values go on as they are written. */
const TYPES: Readonly<Record<ParameterType, z.ZodType>> = {
  duration,
  share,
  size,
  rate,
  number: z.number(),
  integer: z.int(),
  text: z.string().min(1),
  flag: z.boolean(),
  profile: z.enum(PROFILES),
  /** A selector: `{ container: 'payments' }`. */
  target: selector,
  /** A probe of the steady state, written or from a factory. */
  probe,
  load,
  json,
};

/** Something about a scenario, or a disturbance, that whoever uses it can say. */
export const parameterSchema = strict({
  type: z.enum(PARAMETER_TYPES),
  description: z.string().min(1).exactOptional(),
  /** Without it, and unless it is optional, the parameter must be given. */
  default: json.exactOptional(),
  /** What it stands in is left out when it is not given. */
  optional: z.boolean().default(false),
  min: z.number().exactOptional(),
  max: z.number().exactOptional(),
}).superRefine((parameter, context) => {
  if (parameter.default === undefined) return;
  for (const { path, message } of problemsOf(parameter, parameter.default)) {
    context.addIssue({ code: 'custom', path: ['default', ...path], message });
  }
});

export type Parameter = z.output<typeof parameterSchema>;
export type ParameterInput = z.input<typeof parameterSchema>;

export const parametersSchema = z.record(templateName, parameterSchema);
export type Parameters = Readonly<Record<string, Parameter>>;

/** Values by name. A value may be a probe from a factory, which carries its implementation along. */
export type ParameterValues = Readonly<Record<string, unknown>>;

/**
 * The value of every parameter: what was given, else its default. Problems: a name that does not exist, a value that is
 * not of its type, one that is missing.
 */
export function parameterValues(parameters: Parameters, given: ParameterValues): Checked<ReadonlyMap<string, unknown>> {
  const names = Object.keys(parameters);
  const problems: Problem[] = Object.keys(given)
    .filter((name) => !Object.hasOwn(parameters, name))
    .map((name) => ({ path: [name], message: `expected a parameter, got ${shown(name)}${known(name, names)}` }));
  const values = new Map<string, unknown>();
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = given[name] === undefined ? parameter.default : given[name];
    if (value !== undefined) {
      values.set(name, value);
      problems.push(...beneath([name], problemsOf(parameter, value)));
    } else if (!parameter.optional) problems.push({ path: [name], message: missing(parameter) });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: values };
}

function known(name: string, names: readonly string[]): string {
  const near = didYouMean(name, names);
  if (near !== '') return near;
  return names.length === 0 ? '; it has none' : `; there are ${names.toSorted().join(', ')}`;
}

function missing({ type, description }: Parameter): string {
  return `expected ${EXPECTED[type]}${description === undefined ? '' : ` (${description})`}, got nothing`;
}

const EXPECTED: Readonly<Record<ParameterType, string>> = {
  duration: 'a duration such as "30s"',
  share: 'a share such as 0.5 or "50%"',
  size: 'a size such as "64MiB"',
  rate: 'a rate such as "1MB/s"',
  number: 'a number',
  integer: 'a whole number',
  text: 'a text',
  flag: 'true or false',
  profile: '"light", "moderate" or "severe"',
  target: 'a selector such as { "container": "payments" }',
  probe: 'a probe such as { "name": "shop", "type": "http", "url": … }',
  load: 'a load such as { "type": "http", "request": …, "arrivals": … }',
  json: 'a value',
};

function problemsOf({ type, min, max }: Pick<Parameter, 'type' | 'min' | 'max'>, value: unknown): readonly Problem[] {
  const schema: z.ZodType = TYPES[type];
  const checked = checkedBy(schema, value);
  if (!checked.ok) return checked.problems;
  const { value: meant } = checked;
  if (typeof meant !== 'number') return [];
  if (min !== undefined && meant < min) return [{ path: [], message: `expected at least ${min}, got ${shown(value)}` }];
  if (max !== undefined && meant > max) return [{ path: [], message: `expected at most ${max}, got ${shown(value)}` }];
  return [];
}
