import type * as z from 'zod';
import type { Json, JsonObject } from '../json.ts';
import type { AnyFault } from '../plugin.ts';
import type { Registry } from '../registry.ts';
import { isList, jsonSchemaOf, objectAt } from './json-schema.ts';

/** The definitions of faults, probes and loads, bound to what the plugins of a registry provide. */
export function partsOf(registry: Registry, shared: JsonObject): JsonObject {
  const parts = new Parts(shared);
  const faults = [...registry.faults.values()].map((fault) => parts.fault(fault, registry));
  const probes = [...registry.probes.values()].map((probe) => parts.typed(probe, 'probe', objectAt(shared, 'Probe')));
  const loads = [...registry.loads.values()].map((load) => parts.typed(load, 'load', objectAt(shared, 'Load')));
  return { ...parts.definitions, FaultStep: oneOf(faults), Probe: oneOf(probes), Load: oneOf(loads) };
}

/** With nothing to choose from, nothing is accepted. */
function oneOf(branches: readonly JsonObject[]): Json {
  return branches.length === 0 ? { not: {} } : { oneOf: branches };
}

class Parts {
  readonly definitions: Record<string, Json> = {};
  readonly #shared: JsonObject;

  constructor(shared: JsonObject) {
    this.#shared = shared;
  }

  fault(fault: AnyFault, registry: Registry): JsonObject {
    const written = objectAt(this.#shared, 'FaultStep');
    const source = registry.sources.get(fault.target);
    const query = source === undefined ? {} : this.#define(`target.${fault.target}`, source.query);
    const selector = objectAt(this.#shared, 'Selector');
    const params = this.#define(`fault.${fault.type}`, fault.params);
    const needsParams = !fault.params.safeParse({}).success;
    return {
      ...written,
      properties: {
        ...objectAt(written, 'properties'),
        type: { const: fault.type },
        target: {
          type: 'object',
          properties: { ...objectAt(selector, 'properties'), [fault.target]: query },
          required: [fault.target],
          additionalProperties: false,
        },
        params,
      },
      required: needsParams ? ['type', 'target', 'params'] : ['type', 'target'],
    };
  }

  /** A probe or load: its options stand beside the type. */
  typed(part: { readonly type: string; readonly options: z.ZodType }, noun: string, written: JsonObject): JsonObject {
    const properties = { ...objectAt(written, 'properties'), type: { const: part.type } };
    const options = this.#schema(`${noun}.${part.type}`, part.options);
    const required = [...names(written['required']), ...names(options['required'])];
    if (options['type'] !== 'object') return { ...written, properties };
    return { ...options, properties: { ...objectAt(options, 'properties'), ...properties }, required };
  }

  #define(name: string, schema: z.ZodType): JsonObject {
    this.definitions[name] = this.#schema(name, schema);
    return { $ref: reference(name) };
  }

  /** The schema with what it defines hoisted to the root under names of its own. */
  #schema(name: string, schema: z.ZodType): JsonObject {
    const { $defs: _, $schema: __, ...own } = jsonSchemaOf(schema);
    const rename = (ref: string): string => {
      if (ref === '#') return reference(name);
      const inner = ref.replace(/^#\/\$defs\//, '');
      return inner in this.#shared ? ref : reference(`${name}.${inner}`);
    };
    for (const [inner, definition] of Object.entries(objectAt(jsonSchemaOf(schema), '$defs'))) {
      const hoisted = inner in this.#shared ? inner : `${name}.${inner}`;
      if (hoisted !== inner && definition !== undefined) this.definitions[hoisted] = templated(definition, rename);
    }
    return objectOf(templated(own, rename));
  }
}

function reference(name: string): string {
  return `#/$defs/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function names(value: Json | undefined): string[] {
  if (typeof value !== 'object' || value === null || !isList(value)) return [];
  return value.filter((name) => typeof name === 'string');
}

function objectOf(value: Json): JsonObject {
  return typeof value === 'object' && value !== null && !isList(value) ? value : {};
}

/** Any value inside may also be a template; references are renamed. */
function templated(schema: Json, rename: (ref: string) => string): Json {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (isList(schema)) return schema.map((item) => templated(item, rename));
  const members = Object.entries(schema).map(([key, member]): [string, Json | undefined] => {
    if (member === undefined) return [key, member];
    if (key === '$ref' && typeof member === 'string') return [key, rename(member)];
    if (key === 'properties')
      return [key, each(objectOf(member), (property) => orTemplate(templated(property, rename)))];
    if (key === 'items') return [key, orTemplate(templated(member, rename))];
    return [key, LITERAL.has(key) ? member : templated(member, rename)];
  });
  return Object.fromEntries(members);
}

/** Members of a schema that are data, not schemas. */
const LITERAL: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'examples', 'required']);

function each(members: JsonObject, change: (member: Json) => Json): JsonObject {
  return Object.fromEntries(
    Object.entries(members).map(([key, member]) => [key, member === undefined ? undefined : change(member)]),
  );
}

function orTemplate(schema: Json): Json {
  if (typeof schema !== 'object' || schema === null || isList(schema) || isFree(schema)) return schema;
  return { anyOf: [schema, { $ref: '#/$defs/Template' }] };
}

/** Accepts any string anyway. */
function isFree(schema: JsonObject): boolean {
  const { type, pattern, format, minLength, maxLength } = schema;
  return (
    (type === 'string' &&
      pattern === undefined &&
      format === undefined &&
      minLength === undefined &&
      maxLength === undefined) ||
    Object.keys(schema).length === 0
  );
}
