import type * as z from 'zod';
import type { Json } from '../json.ts';

/** Where a key comes from: one of the documents this SDK grew from, or the SDK itself. */
export type KeySource = '000' | '001' | '003' | 'own';

/** An environment variable that says the same as a key, and wins over the file. */
export interface Variable {
  readonly name: string;
  /** Another name of it. Both may be set as long as they agree. */
  readonly alias?: string;
  /** How its text is read. */
  readonly reads: 'switch' | 'number';
}

interface Described {
  /** Dotted, members of list items as `schedules[].name`. */
  readonly path: string;
  readonly source: KeySource;
  /** What it does, for people: "longest delay of network.latency, in ms". */
  readonly meaning: string;
  readonly variable?: Variable;
}

/** A key that is accepted, and how its value is read. `value` takes undefined too, when the key is not given. */
export interface Key<Value = unknown> extends Described {
  readonly value: z.ZodType<Value>;
  /** As it would be written; undefined when nothing applies unless the key is given. */
  readonly fallback: Json | undefined;
}

/** A key that is known and refused. */
export interface RefusedKey {
  readonly path: string;
  readonly source: KeySource;
  readonly reason: string;
  /** What to write instead. */
  readonly instead: string;
}

/** A key that means something only when it is given. */
export function optionalKey<Schema extends z.ZodType>(
  described: Described & { readonly value: Schema },
): Key<z.output<Schema> | undefined> {
  return { ...described, value: described.value.optional(), fallback: undefined };
}

/** A key with a default. */
export function defaultedKey<Schema extends z.ZodType>(
  described: Described & { readonly value: Schema; readonly fallback: z.input<Schema> & Json },
): Key<z.output<Schema>> {
  return { ...described, value: described.value.prefault(described.fallback) };
}
