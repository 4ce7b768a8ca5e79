import type { Json, JsonObject } from '../json.ts';
import { type Path, type Problem, pathText, problemError } from './problem.ts';
import { didYouMean } from './suggestion.ts';

/** What templates can refer to: `${configuration.x}`, `${secrets.x}`, `${outputs.step.path}`. */
export interface TemplateScope {
  readonly configuration: JsonObject;
  readonly secrets: JsonObject;
  readonly outputs: JsonObject;
}

export interface Reference {
  /** Where in the value the string with the template stands. */
  readonly path: Path;
  /** What stands between the braces, for example `configuration.delay`. */
  readonly name: string;
}

// `$${` stands for a plain `${`; the escape is the first alternative so that it wins.
const TEMPLATE = /\$\$\{|\$\{([^{}]*)\}/g;
const WHOLE = /^\$\{([^{}]*)\}$/;

/** Every reference in the strings of a value. */
export function referencesIn(value: Json | undefined, path: Path = []): Reference[] {
  if (typeof value === 'string') {
    return [...value.matchAll(TEMPLATE)].flatMap(([, name]) =>
      name === undefined ? [] : [{ path, name: name.trim() }],
    );
  }
  if (typeof value !== 'object' || value === null) return [];
  if (isList(value)) return value.flatMap((item, index) => referencesIn(item, [...path, index]));
  return Object.entries(value).flatMap(([key, member]) => referencesIn(member, [...path, key]));
}

/**
 * Replaces the templates in every string of a value; keys stay as they are. A string that is one template keeps the
 * type of what it refers to; a template within a longer string becomes text (JSON text for lists and objects).
 * Throws `CHAOS_TEMPLATE_UNRESOLVED` with the path of every reference that leads nowhere; `path` is where the value
 * itself stands.
 */
export function resolveTemplates(value: Json, scope: TemplateScope, path: Path = []): Json {
  const problems: Problem[] = [];
  const resolved = resolve(value, scope, path, problems);
  if (problems.length === 0) return resolved;
  throw problemError('CHAOS_TEMPLATE_UNRESOLVED', 'a template leads nowhere', problems);
}

/** {@link resolveTemplates} for an object. */
export function resolveObject(value: JsonObject, scope: TemplateScope, path: Path = []): JsonObject {
  const problems: Problem[] = [];
  const members = Object.entries(value).map(([key, member]): [string, Json | undefined] => [
    key,
    member === undefined ? undefined : resolve(member, scope, [...path, key], problems),
  ]);
  if (problems.length === 0) return Object.fromEntries(members);
  throw problemError('CHAOS_TEMPLATE_UNRESOLVED', 'a template leads nowhere', problems);
}

function resolve(value: Json, scope: TemplateScope, path: Path, problems: Problem[]): Json {
  if (typeof value === 'string') return resolveText(value, scope, path, problems);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((item, index) => resolve(item, scope, [...path, index], problems));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      member === undefined ? undefined : resolve(member, scope, [...path, key], problems),
    ]),
  );
}

function resolveText(text: string, scope: TemplateScope, path: Path, problems: Problem[]): Json {
  const follow = (name: string): Json => {
    const found = lookUp(name.trim(), scope);
    if (found.ok) return found.value;
    problems.push({ path, message: found.message });
    return null;
  };
  const [, whole] = WHOLE.exec(text) ?? [];
  if (whole !== undefined) return follow(whole);
  return text.replace(TEMPLATE, (_, name: string | undefined) => {
    if (name === undefined) return '${';
    const value = follow(name);
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

export type LookUp = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly message: string };

/** Follows a reference, segment by segment; list items by their index. */
export function lookUp(name: string, scope: TemplateScope): LookUp {
  let value: Json = { configuration: scope.configuration, secrets: scope.secrets, outputs: scope.outputs };
  const segments = name.split('.');
  for (const [depth, segment] of segments.entries()) {
    const keys: string[] = typeof value === 'object' && value !== null ? Object.keys(value) : [];
    const next: Json | undefined = keys.includes(segment) ? memberOf(value, segment) : undefined;
    if (next === undefined) return { ok: false, message: deadEnd(name, segments.slice(0, depth), segment, keys) };
    value = next;
  }
  return { ok: true, value };
}

function deadEnd(name: string, before: readonly string[], segment: string, keys: readonly string[]): string {
  const where = before.length === 0 ? 'configuration, secrets or outputs' : `something in ${pathText(before)}`;
  return `expected \${…} to name ${where}, got \${${name}}${didYouMean(segment, keys)}`;
}

function memberOf(value: Json, key: string): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return isList(value) ? value[Number(key)] : value[key];
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}
