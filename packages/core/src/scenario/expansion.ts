import { isDeepStrictEqual } from 'node:util';
import { beneath, type Path, type Problem, shown } from '../experiment/problem.ts';
import type { JsonObject } from '../json.ts';

/** An experiment as it is written, before the engine's own check. Probes keep their identity: they may carry an implementation. */
export interface WrittenExperiment {
  readonly name: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly configuration: JsonObject;
  readonly secrets: JsonObject;
  readonly seed?: number;
  readonly steadyState: {
    readonly hypothesis?: string;
    readonly probes: readonly unknown[];
    readonly objectives: readonly unknown[];
  };
  readonly baseline?: unknown;
  readonly load?: unknown;
  readonly faults: readonly unknown[];
  readonly recovery?: unknown;
  readonly expect?: unknown;
  readonly stopWhen: readonly unknown[];
  readonly maxDuration?: unknown;
}

/** What is looked at, and when to stop: of a scenario that is used by another, this becomes the other's, too. */
export type Observed = Pick<WrittenExperiment, 'configuration' | 'secrets' | 'steadyState' | 'stopWhen'>;

/** Both together. The same probe may stand in both; two probes, or values, of one name that differ are a problem. */
export function together(
  a: Observed,
  b: Observed,
  path: Path,
): { readonly observed: Observed; readonly problems: Problem[] } {
  const problems: Problem[] = [];
  const hypothesis = a.steadyState.hypothesis ?? b.steadyState.hypothesis;
  const observed: Observed = {
    configuration: joined(a.configuration, b.configuration, [...path, 'configuration'], problems),
    secrets: joined(a.secrets, b.secrets, [...path, 'secrets'], problems),
    steadyState: {
      ...(hypothesis === undefined ? {} : { hypothesis }),
      probes: probes(a.steadyState.probes, b.steadyState.probes, [...path, 'steadyState', 'probes'], problems),
      objectives: distinct([...a.steadyState.objectives, ...b.steadyState.objectives]),
    },
    stopWhen: distinct([...a.stopWhen, ...b.stopWhen]),
  };
  return { observed, problems };
}

function joined(a: JsonObject, b: JsonObject, path: Path, problems: Problem[]): JsonObject {
  for (const key of Object.keys(b).filter((name) => Object.hasOwn(a, name))) {
    if (isDeepStrictEqual(a[key], b[key])) continue;
    problems.push(
      ...beneath(path, [{ path: [key], message: `expected one value for ${shown(key)}, got two that differ` }]),
    );
  }
  return { ...a, ...b };
}

function probes(a: readonly unknown[], b: readonly unknown[], path: Path, problems: Problem[]): readonly unknown[] {
  const others = b.filter((probe) => {
    const same = a.find((known) => nameOf(known) !== undefined && nameOf(known) === nameOf(probe));
    if (same === undefined) return true;
    if (!isDeepStrictEqual(same, probe)) {
      problems.push({ path, message: `expected one probe of the name ${shown(nameOf(probe))}, got two that differ` });
    }
    return false;
  });
  return [...a, ...others];
}

function nameOf(probe: unknown): unknown {
  return typeof probe === 'object' && probe !== null && 'name' in probe ? probe.name : undefined;
}

function distinct(items: readonly unknown[]): readonly unknown[] {
  return items.filter((item, index) => items.findIndex((other) => isDeepStrictEqual(other, item)) === index);
}
