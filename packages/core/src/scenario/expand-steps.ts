import * as z from 'zod';
import { beneath, type Path, type Problem, shown } from '../experiment/problem.ts';
import { didYouMean } from '../experiment/suggestion.ts';
import { templateName } from '../experiment/value-source-schema.ts';
import { checkedBy, strict } from '../experiment/zod-schema.ts';
import type { JsonObject } from '../json.ts';
import { type Disturbance, resolveDisturbance } from './disturbance.ts';
import { PROFILES } from './parameter.ts';

const anything = z.custom<unknown>(() => true);
const object = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), {
  error: 'expected an object',
});

const disturbStep = strict({
  disturb: z.string().min(1),
  profile: z.enum(PROFILES).exactOptional(),
  target: object,
  /** Values of the disturbance's parameters; they win over the profile's. */
  with: z.record(z.string(), anything).default({}),
  id: templateName.exactOptional(),
  for: anything.optional(),
  when: anything.optional(),
});

const useStep = strict({
  use: z.string().min(1),
  with: z.record(z.string(), anything).default({}),
  id: templateName.exactOptional(),
  when: anything.optional(),
});

/** A used scenario's steps, and how they are called inside. */
export type Use = (scenario: string, values: Readonly<Record<string, unknown>>, path: Path) => readonly unknown[];

/** Turns the steps of a scenario into those of an experiment. Only `{ disturb }` and `{ use }` change. */
export class StepExpansion {
  readonly problems: Problem[] = [];
  readonly #disturbances: ReadonlyMap<string, Disturbance>;
  readonly #use: Use;

  constructor(disturbances: ReadonlyMap<string, Disturbance>, use: Use) {
    this.#disturbances = disturbances;
    this.#use = use;
  }

  steps(steps: readonly unknown[], path: Path): readonly unknown[] {
    return steps.map((step, index) => this.#step(step, [...path, index]));
  }

  #step(step: unknown, path: Path): unknown {
    if (typeof step !== 'object' || step === null) return step;
    if ('disturb' in step) return this.#disturb(step, path);
    if ('use' in step) return this.#used(step, path);
    const nested = (['serial', 'parallel', 'steps'] as const).find((key) => key in step);
    if (nested === undefined) return step;
    const inner: unknown = Reflect.get(step, nested);
    return Array.isArray(inner) ? { ...step, [nested]: this.steps(inner, [...path, nested]) } : step;
  }

  #disturb(written: object, path: Path): unknown {
    const checked = checkedBy(disturbStep, written);
    if (!checked.ok) return this.#refuse(beneath(path, checked.problems));
    const { disturb, profile, target, with: values, ...rest } = checked.value;
    const disturbance = this.#disturbances.get(disturb);
    if (disturbance === undefined) return this.#refuse([this.#unknown(disturb, [...path, 'disturb'])]);
    const named = { disturb, target, with: values, ...(profile === undefined ? {} : { profile }) };
    const resolved = resolveDisturbance(disturbance, named, path);
    if (!resolved.ok) return this.#refuse(resolved.problems);
    return { ...rest, ...resolved.fault };
  }

  #used(written: object, path: Path): unknown {
    const checked = checkedBy(useStep, written);
    if (!checked.ok) return this.#refuse(beneath(path, checked.problems));
    const { use, with: values, id, ...rest } = checked.value;
    const inner = this.#use(use, values, path);
    const steps = id === undefined ? inner : renamed(inner, `${id}_`);
    return { ...rest, ...(id === undefined ? {} : { id }), serial: steps };
  }

  #unknown(name: string, path: Path): Problem {
    const names = [...this.#disturbances.keys()];
    const near = didYouMean(name, names);
    const others = names.length === 0 ? '; the library has none' : `; there are ${names.toSorted().join(', ')}`;
    return { path, message: `expected the name of a disturbance, got ${shown(name)}${near === '' ? others : near}` };
  }

  #refuse(problems: readonly Problem[]): null {
    this.problems.push(...problems);
    return null;
  }
}

/** The steps with a prefix before each id, also where outputs are referred to by it. */
function renamed(steps: readonly unknown[], prefix: string): readonly unknown[] {
  const ids = new Set(idsIn(steps));
  const rename = (value: unknown, key?: string): unknown => {
    if (typeof value === 'string') {
      if (key === 'id' && ids.has(value)) return `${prefix}${value}`;
      return value.replace(/\$\{\s*outputs\.([\w-]+)/g, (all, id: string) =>
        ids.has(id) ? `\${outputs.${prefix}${id}` : all,
      );
    }
    if (Array.isArray(value)) return value.map((item: unknown) => rename(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, rename(member, name)]));
  };
  return steps.map((step) => rename(step));
}

function idsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(idsIn);
  if (typeof value !== 'object' || value === null) return [];
  const inner = ['serial', 'parallel', 'steps'].flatMap((key) => idsIn(Reflect.get(value, key)));
  return 'id' in value && typeof value.id === 'string' ? [value.id, ...inner] : inner;
}
