import type { Json, JsonObject } from '@bridge/chaos-core';
import type { HttpEffect } from '../../control/http-effect.ts';

/** What the upstream of a canary answers: something on which the effect, were it there, would show. */
export interface SoundAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const SOUND = 'sound';
const JSON_TYPE = { 'content-type': 'application/json' };

export function soundAnswer(effect: HttpEffect): SoundAnswer {
  const plain = { status: 200, headers: JSON_TYPE, body: JSON.stringify({ canary: SOUND }) };
  if (effect.kind !== 'change') return plain;
  const named = [...(effect.removeHeaders ?? []), ...Object.keys(effect.setHeaders ?? {})];
  const others = Object.fromEntries(named.map((name) => [name.toLowerCase(), SOUND]));
  const fields = typeof effect.body === 'object' ? effect.body.json : [];
  const pointers = fields.map((change) =>
    'drop' in change ? change.drop : 'set' in change ? change.set : change.rename,
  );
  return {
    status: effect.status === 200 ? 299 : 200,
    headers: fields.length === 0 ? { ...JSON_TYPE, ...others } : { ...others, ...JSON_TYPE },
    body: pointers.length === 0 ? plain.body : JSON.stringify(pointers.reduce<JsonObject>(withField, {})),
  };
}

/** Puts a value where the pointer leads; `*` becomes a member of any name. */
function withField(holder: JsonObject, pointer: string): JsonObject {
  const parts = pointer.split('/').slice(1);
  return grown(
    holder,
    parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')),
  );
}

function grown(holder: JsonObject, [part = '', ...rest]: readonly string[]): JsonObject {
  if (rest.length === 0) return { ...holder, [part]: SOUND };
  const below = holder[part];
  return { ...holder, [part]: grown(isObject(below) ? below : {}, rest) };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
