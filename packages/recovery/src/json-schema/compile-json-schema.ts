import { ChaosError, isChaosError, type Json, type JsonObject, messageOf } from '@bridge/chaos-core';
import { arrayKeywords } from './array-keywords.ts';
import { isObject } from './json-kind.ts';
import { firstMismatch, type Keyword, mismatch, type SchemaCheck } from './keyword.ts';
import { logicKeywords } from './logic-keywords.ts';
import { objectKeywords } from './object-keywords.ts';
import { valueKeywords } from './value-keywords.ts';

const ANNOTATIONS = ['$schema', '$id', '$comment', '$anchor', 'title', 'description', 'default', 'examples', 'format'];
const MORE_ANNOTATIONS = ['deprecated', 'readOnly', 'writeOnly', 'contentEncoding', 'contentMediaType'];

const KEYWORDS: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ...[...ANNOTATIONS, ...MORE_ANNOTATIONS].map((name): [string, Keyword] => [name, () => undefined]),
  ...Object.entries({ ...valueKeywords, ...arrayKeywords, ...objectKeywords, ...logicKeywords }),
]);

/**
 * Compiles a JSON Schema: the assertions and applicators of draft 2020-12, with `$ref` inside the same document.
 * `format` is an annotation, the draft's default. A keyword that is not understood is refused, never ignored.
 * @throws {ChaosError} CHAOS_PROBE_INVALID with the pointer to what is wrong.
 */
export function compileJsonSchema(root: JsonObject | boolean): SchemaCheck {
  const references = new Map<string, SchemaCheck>();

  const reference = (pointer: string): SchemaCheck => {
    const known = references.get(pointer);
    if (known !== undefined) return known;
    let compiled: SchemaCheck = () => undefined;
    // Known before it is compiled: a schema may refer to itself.
    references.set(pointer, (document) => compiled(document));
    compiled = compile(find(root, pointer), pointer);
    return compiled;
  };

  const compile = (schema: Json | undefined, at: string): SchemaCheck => {
    if (schema === true) return () => undefined;
    if (schema === false) return () => mismatch('nothing is allowed here');
    if (!isObject(schema)) throw invalid(at, `a schema, got ${JSON.stringify(schema)}`);
    const checks = Object.entries(schema).flatMap(([name, value]) => {
      const place = { schema, at: `${at}/${name}`, compile, reference };
      return value === undefined ? [] : (compileKeyword(name, value, place) ?? []);
    });
    return (document) => firstMismatch(checks, (check) => check(document));
  };

  return compile(root, '#');
}

function compileKeyword(name: string, value: Json, place: Parameters<Keyword>[1]): SchemaCheck | undefined {
  const keyword = KEYWORDS.get(name);
  if (keyword === undefined) throw invalid(place.at, 'a keyword that is supported');
  try {
    return keyword(value, place);
  } catch (error) {
    throw isChaosError(error) ? error : invalid(place.at, messageOf(error));
  }
}

function find(root: Json, pointer: string): Json | undefined {
  if (pointer !== '#' && !pointer.startsWith('#/')) throw new TypeError(`a $ref such as "#/$defs/x", got "${pointer}"`);
  let part: Json | undefined = root;
  for (const token of pointer.split('/').slice(1)) {
    const name = decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');
    part = typeof part === 'object' && part !== null && Object.hasOwn(part, name) ? Reflect.get(part, name) : undefined;
  }
  if (part === undefined) throw new TypeError(`a $ref to something that exists, got "${pointer}"`);
  return part;
}

function invalid(at: string, expected: string): ChaosError {
  const message = `expected a JSON Schema; at ${at}: expected ${expected}`;
  return new ChaosError('CHAOS_PROBE_INVALID', message, { details: { path: at } });
}
