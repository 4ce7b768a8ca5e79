import { ChaosError, type Json, type JsonObject } from '@bridge/chaos-core';
import type { IncidentSignal } from './incident-signal.ts';

/** What references in a playbook can name. */
export interface ReferenceScope {
  readonly signal: IncidentSignal;
  /** Outputs by step. */
  readonly steps: Readonly<Record<string, JsonObject>>;
}

const REFERENCE = /\$\{([^{}]+)\}/g;
const ALONE = /^\$\{([^{}]+)\}$/;

/**
 * Fills in references. One that stands alone keeps its type; within text it becomes text. Throws
 * `CHAOS_TEMPLATE_UNRESOLVED` for one that leads nowhere.
 */
export function fillIn(value: Json, scope: ReferenceScope): Json {
  if (typeof value === 'string') return fillText(value, scope);
  if (Array.isArray(value)) return value.map((item: Json) => fillIn(item, scope));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]): [string, Json][] =>
      item === undefined ? [] : [[key, fillIn(item, scope)]],
    ),
  );
}

function fillText(text: string, scope: ReferenceScope): Json {
  const [, alone] = ALONE.exec(text) ?? [];
  if (alone !== undefined) return lookUp(alone, scope);
  return text.replaceAll(REFERENCE, (_, path: string) => {
    const found = lookUp(path, scope);
    return typeof found === 'object' ? JSON.stringify(found) : String(found);
  });
}

function lookUp(path: string, scope: ReferenceScope): Json {
  let found: unknown = scope;
  for (const key of path.trim().split('.')) {
    const isThere = typeof found === 'object' && found !== null && Object.hasOwn(found, key);
    found = isThere ? Reflect.get(Object(found), key) : undefined;
  }
  if (isJson(found)) return found;
  throw new ChaosError('CHAOS_TEMPLATE_UNRESOLVED', `\${${path}} names nothing: expected signal.… or steps.<id>.…`);
}

function isJson(value: unknown): value is Json {
  return value === null || ['string', 'number', 'boolean', 'object'].includes(typeof value);
}
