import { createHmac } from 'node:crypto';
import type { Json, JsonObject } from '@bridge/chaos-core';
import { canonicalJson } from './canonical-json.ts';
import type { Redaction } from './envelope.ts';
import { isSecretName, SECRET_SHAPES, SUSPICIOUS } from './secret-shapes.ts';

export interface RedactionRules {
  /**
   * Which members of `data` an entry type may have, as JSON pointers (RFC 6901); `*` stands for any one member.
   * Types that are not named keep everything the other rules let through.
   */
  readonly allow?: Readonly<Record<string, readonly string[]>>;
  /** More key names whose values are secret. */
  readonly keys?: readonly string[];
  /** Longer texts are cut. Default 4,096 characters. */
  readonly longestText?: number;
}

export interface Redacted {
  readonly data: JsonObject;
  /** Canonical JSON of `data`. */
  readonly text: string;
  readonly redactions: readonly Redaction[];
}

const LONGEST_TEXT = 4_096;
const REMOVED = '[redacted]';

/**
 * Takes secrets out before anything is hashed, because what was hashed cannot be taken out again. Every removal is
 * listed with its path, the rule, and an HMAC under a key of this ledger: two removed values can be proven equal, none
 * can be read. Order: allow-list, key names, secret shapes, length.
 */
export class Redactor {
  readonly #rules: RedactionRules;
  readonly #key: Buffer;
  readonly #names: ReadonlySet<string>;
  readonly #longest: number;

  constructor(rules: RedactionRules, key: Buffer) {
    this.#rules = rules;
    this.#key = key;
    this.#names = new Set(rules.keys?.map((name) => name.toLowerCase()));
    this.#longest = rules.longestText ?? LONGEST_TEXT;
  }

  redact(type: string, data: JsonObject): Redacted {
    const text = canonicalJson(data);
    const allowed = this.#rules.allow?.[type];
    const harmless =
      allowed === undefined && this.#names.size === 0 && text.length <= this.#longest && !SUSPICIOUS.test(text);
    if (harmless) return { data, text, redactions: [] };
    const redactions: Redaction[] = [];
    const clean = this.#object(
      data,
      '',
      allowed?.map((pointer) => pointer.split('/').slice(1)),
      redactions,
    );
    return { data: clean, text: canonicalJson(clean), redactions };
  }

  #object(
    object: JsonObject,
    path: string,
    allowed: readonly (readonly string[])[] | undefined,
    redactions: Redaction[],
  ): JsonObject {
    const clean: Record<string, Json> = {};
    for (const [name, value] of Object.entries(object)) {
      if (value === undefined) continue;
      const here = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const rest = allowed?.filter(([first]) => first === name || first === '*').map((pointer) => pointer.slice(1));
      if (rest?.length === 0) this.#remove(redactions, here, 'not-allowed', value);
      else if (this.#isSecretName(name) && value !== null)
        clean[name] = this.#remove(redactions, here, 'key-name', value);
      else
        clean[name] = this.#value(
          value,
          here,
          rest?.some((pointer) => pointer.length === 0) ? undefined : rest,
          redactions,
        );
    }
    return clean;
  }

  #value(
    value: Json,
    path: string,
    allowed: readonly (readonly string[])[] | undefined,
    redactions: Redaction[],
  ): Json {
    if (typeof value === 'string') return this.#text(value, path, redactions);
    if (typeof value !== 'object' || value === null) return value;
    if (isList(value)) return value.map((item, at) => this.#value(item, `${path}/${at}`, allowed, redactions));
    return this.#object(value, path, allowed, redactions);
  }

  #text(text: string, path: string, redactions: Redaction[]): string {
    let clean = text;
    for (const { rule, pattern } of SECRET_SHAPES) {
      clean = clean.replaceAll(pattern, (secret) =>
        secret === REMOVED ? secret : this.#remove(redactions, path, rule, secret),
      );
    }
    if (clean.length <= this.#longest) return clean;
    this.#remove(redactions, path, 'too-long', text);
    return `${clean.slice(0, this.#longest).toWellFormed()}…`;
  }

  #isSecretName(name: string): boolean {
    return isSecretName(name) || this.#names.has(name.toLowerCase());
  }

  #remove(redactions: Redaction[], path: string, rule: string, value: Json): string {
    const mac = createHmac('sha256', this.#key).update(canonicalJson(value)).digest('hex').slice(0, 32);
    redactions.push({ path, rule, mac });
    return REMOVED;
  }
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}
