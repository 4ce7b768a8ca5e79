import type { Json, JsonObject } from '../json.ts';
import { plainCopy } from './plain-copy.ts';
import { keyJudge } from './secret-keys.ts';
import { withoutSecretShapes } from './secret-shapes.ts';
import { SecretValues } from './secret-values.ts';

export interface RedactorOptions {
  /** More key names whose values are secret, beside passwords, tokens, cookies and their like. Case and `-_` do not count. */
  readonly keys?: readonly string[];
  /** Values that must never be seen. More can be hidden later with {@link Redactor.hide}. */
  readonly values?: readonly string[];
  /** Longer texts are cut here. Default 16,384 characters. */
  readonly maxText?: number;
}

/**
 * The one place where secrets are taken out: logs, events, reports, errors and the ledger all pass here. Three nets:
 * key names, registered values (also inside texts, in URL, JSON, base64 and hexadecimal form), and texts that look like a
 * secret (PEM keys, JSON Web Tokens, cloud keys, bearer tokens, passwords in URLs and connection strings).
 *
 * Every verb is total and takes linear time, never throws, and never touches its input. The result is a frozen copy,
 * bounded in depth, length and size; what was left out is said in its place.
 */
export interface Redactor {
  /** Any value as plain JSON: errors, dates, maps, class instances and cycles included. */
  json(value: unknown): Json;
  /** Like {@link json} for what is known to be an object. */
  object(value: object): JsonObject;
  /** For plain JSON with a known shape, which is kept but for values under secret keys: those become text. */
  copy<T>(value: T): T;
  text(text: string): string;
  /** Hides more values until the answer is disposed: the secrets of a run while it runs. */
  hide(values: readonly string[]): Disposable;
}

const MAX_TEXT = 16_384;
/** A text is cut only after secrets were taken out; this much of what follows the cut is looked at for their ends. */
const LOOK_AHEAD = 4_096;

const LONGEST_REMEMBERED = 200;
const MOST_REMEMBERED = 5_000;

const NOTHING_HIDDEN: Disposable = { [Symbol.dispose]: () => {} };

export function createRedactor(options: RedactorOptions = {}): Redactor {
  const secrecyOf = keyJudge(options.keys ?? []);
  const maxText = options.maxText ?? MAX_TEXT;
  const values = new SecretValues();
  // Names, ids and labels come again in every event of a run. Only texts without a secret are remembered.
  const harmless = new Set<string>();
  const hide = (more: readonly string[]): Disposable => {
    if (more.length === 0) return NOTHING_HIDDEN;
    harmless.clear();
    return values.add(more);
  };
  hide(options.values ?? []);

  const text = (full: string): string => {
    if (harmless.has(full)) return full;
    const redacted = redact(full);
    if (redacted === full && full.length <= LONGEST_REMEMBERED) {
      if (harmless.size >= MOST_REMEMBERED) harmless.clear();
      harmless.add(full);
    }
    return redacted;
  };
  const redact = (full: string): string => {
    const seen = full.slice(0, maxText + Math.max(LOOK_AHEAD, values.longest));
    const clean = withoutSecretShapes(values.replaceIn(seen));
    if (full.length <= maxText) return clean;
    return `${clean.slice(0, maxText).toWellFormed()}… [${full.length - maxText} more characters]`;
  };
  const json = (value: unknown): Json =>
    plainCopy(value, { text, secrecyOf, isSecretNumber: (number) => values.hides(number) });
  return {
    json,
    text,
    object: (value) => {
      const copy = json(value);
      return typeof copy === 'object' && copy !== null && !Array.isArray(copy) ? (copy as JsonObject) : { value: copy };
    },
    // The copy has the shape of the input because the input is plain JSON.
    copy: <T>(value: T): T => json(value) as T,
    hide,
  };
}
