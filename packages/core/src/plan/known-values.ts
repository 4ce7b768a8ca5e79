import { evaluateCondition } from '../experiment/condition.ts';
import { lookUp, referencesIn, resolveTemplates, type TemplateScope } from '../experiment/template.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Scheduled } from './schedule.ts';

/** References that are answered only by what an earlier step will do, as they are written. */
export function openReferences(value: Json, scope: TemplateScope): string[] {
  const open = referencesIn(value).filter(({ name }) => isOpen(name, scope));
  return [...new Set(open.map(({ name }) => `\${${name}}`))];
}

/** All outputs of a skipped step are known; of another one only what the plan has put there. */
function isOpen(name: string, { outputs }: TemplateScope): boolean {
  const [group, id = '', member] = name.split('.');
  if (group !== 'outputs') return false;
  const known = outputs[id];
  if (typeof known !== 'object' || known === null) return true;
  return !('skipped' in known) && (member === undefined || !(member in known));
}

/** The members with every reference resolved that can be; other strings stay as they are written. */
export function knownMembers(value: JsonObject, scope: TemplateScope): JsonObject {
  const members = Object.entries(value).flatMap(([key, member]): [string, Json][] =>
    member === undefined ? [] : [[key, known(member, scope)]],
  );
  return Object.fromEntries(members);
}

function known(value: Json, scope: TemplateScope): Json {
  if (typeof value === 'string') {
    const isKnown = referencesIn(value).every(({ name }) => !isOpen(name, scope) && lookUp(name, scope).ok);
    return isKnown ? resolveTemplates(value, scope) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  return isList(value) ? value.map((item) => known(item, scope)) : knownMembers(value, scope);
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}

/** Whether a step is carried out: no, for this reason; or yes, if what `depends` names turns out so. */
export type Prospect =
  | { readonly carriedOut: false; readonly reason: string }
  | { readonly carriedOut: true; readonly depends: readonly string[] };

/** Answers the conditions of a step as far as that can be done before the run. Throws when one is broken. */
export function prospectOf({ conditions }: Pick<Scheduled, 'conditions'>, scope: TemplateScope): Prospect {
  const depends: string[] = [];
  for (const { condition, path } of conditions) {
    const open = openReferences({ ...condition }, scope);
    if (open.length > 0) {
      depends.push(...open);
      continue;
    }
    const { holds, reason } = evaluateCondition(condition, scope, path);
    if (!holds) return { carriedOut: false, reason };
  }
  return { carriedOut: true, depends };
}
