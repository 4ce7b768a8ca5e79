import { messageOf } from '../errors.ts';
import type { Json } from '../json.ts';
import type { KeySecrecy } from './secret-keys.ts';
import { REDACTED } from './secret-shapes.ts';

const DEEPEST = 16;
/** Most members of one array or object. */
const WIDEST = 1_000;
/** Most values in all: shared references can make a small graph an endless tree. */
const LARGEST = 50_000;

export interface CopyRules {
  text(text: string): string;
  secrecyOf(key: string): KeySecrecy;
  isSecretNumber(number: number): boolean;
}

/** A frozen plain-JSON copy of anything, with texts and secret members replaced. Total: never throws. */
export function plainCopy(value: unknown, rules: CopyRules): Json {
  return new Copying(rules).copy(value, 'none');
}

class Copying {
  readonly #rules: CopyRules;
  readonly #ancestors = new Set<object>();
  #left = LARGEST;

  constructor(rules: CopyRules) {
    this.#rules = rules;
  }

  copy(value: unknown, secrecy: KeySecrecy): Json {
    this.#left -= 1;
    if (this.#left < 0) return '[too large]';
    if (value === null || value === undefined || typeof value === 'boolean') return value ?? null;
    if (secrecy === 'all' || (secrecy === 'some' && typeof value !== 'number')) return value === '' ? '' : REDACTED;
    switch (typeof value) {
      case 'string':
        return this.#rules.text(value);
      case 'number':
        return this.#number(value);
      case 'bigint':
        return this.#rules.text(value.toString());
      case 'object':
        return this.#object(value);
      default:
        return `[${typeof value}]`;
    }
  }

  #number(value: number): Json {
    if (!Number.isFinite(value)) return String(value);
    return this.#rules.isSecretNumber(value) ? REDACTED : value;
  }

  #object(value: object): Json {
    if (this.#ancestors.has(value)) return '[circular]';
    if (this.#ancestors.size >= DEEPEST) return '[too deep]';
    this.#ancestors.add(value);
    try {
      return this.#members(value);
    } catch (thrown) {
      return this.#rules.text(`[unreadable: ${messageOf(thrown)}]`);
    } finally {
      this.#ancestors.delete(value);
    }
  }

  #members(value: object): Json {
    if (Array.isArray(value)) return this.#array(value);
    if (value instanceof Error) return this.#record(errorEntries(value));
    if (value instanceof Map) return this.#record([...value].map(([key, member]) => [String(key), member]));
    if (value instanceof Set) return this.#array([...value]);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
    if ('toJSON' in value && typeof value.toJSON === 'function') return this.copy(value.toJSON(), 'none');
    return this.#record(Object.entries(value));
  }

  #array(items: readonly unknown[]): Json {
    const kept = items.slice(0, WIDEST).map((item) => this.copy(item, 'none'));
    if (items.length > WIDEST) kept.push(`[${items.length - WIDEST} more]`);
    return Object.freeze(kept);
  }

  #record(entries: readonly (readonly [string, unknown])[]): Json {
    const copy: Record<string, Json> = {};
    for (const [key, member] of entries.slice(0, WIDEST)) {
      if (member === undefined || typeof member === 'function') continue;
      const secrecy = key === 'value' ? this.#namedSecrecy(entries) : this.#rules.secrecyOf(key);
      this.#set(copy, this.#rules.text(key), this.copy(member, secrecy));
    }
    if (entries.length > WIDEST) copy['…'] = `[${entries.length - WIDEST} more]`;
    return Object.freeze(copy);
  }

  #set(copy: Record<string, Json>, key: string, value: Json): void {
    // Assigning to this one name would replace the prototype.
    if (key === '__proto__') Object.defineProperty(copy, key, { value, enumerable: true });
    else copy[key] = value;
  }

  /** `{ name: 'DB_PASSWORD', value: '…' }`: the key name stands beside the value. */
  #namedSecrecy(entries: readonly (readonly [string, unknown])[]): KeySecrecy {
    const [, name] = entries.find(([key]) => key === 'name' || key === 'key') ?? [];
    return typeof name === 'string' ? this.#rules.secrecyOf(name) : 'none';
  }
}

function errorEntries(error: Error): [string, unknown][] {
  const { name, message, stack, cause } = error;
  const own = Object.entries(error).filter(([key]) => key !== 'name');
  return [['name', name], ['message', message], ...own, ['stack', stack], ['cause', cause]];
}
