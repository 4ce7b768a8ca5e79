import { REDACTED } from './secret-shapes.ts';

/** A shorter secret is hidden only where it is the whole text: "a" or "42" stand in every other sentence. */
const SHORTEST_INSIDE = 4;
/** A line of a longer secret, or what base64 shows of one, is looked for from this length on. */
const SHORTEST_PART = 8;

/** Values that must never be seen, also inside longer texts and in the encodings they travel in. */
export class SecretValues {
  readonly #counts = new Map<string, number>();
  #whole = new Set<string>();
  #inside: RegExp | undefined;
  /** Length of the longest form that is looked for. */
  longest = 0;

  /** Hides the values until the answer is disposed. Empty values hide nothing. */
  add(values: readonly string[]): Disposable {
    for (const value of values) this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
    this.#compile();
    let disposed = false;
    return {
      [Symbol.dispose]: () => {
        if (disposed) return;
        disposed = true;
        for (const value of values) this.#forget(value);
        this.#compile();
      },
    };
  }

  replaceIn(text: string): string {
    if (this.#whole.has(text)) return REDACTED;
    return this.#inside === undefined ? text : text.replaceAll(this.#inside, REDACTED);
  }

  /** A number can be a registered secret too: a PIN. */
  hides(number: number): boolean {
    return this.#whole.size > 0 && this.replaceIn(String(number)) !== String(number);
  }

  #forget(value: string): void {
    const left = (this.#counts.get(value) ?? 0) - 1;
    if (left > 0) this.#counts.set(value, left);
    else this.#counts.delete(value);
  }

  #compile(): void {
    const values = [...this.#counts.keys()].filter((value) => value.length > 0);
    this.#whole = new Set(values);
    const forms = new Set(values.filter((value) => value.length >= SHORTEST_INSIDE).flatMap(formsOf));
    // Longest first: a secret that begins like another one must not leave its tail.
    const ordered = [...forms].sort((a, b) => b.length - a.length);
    this.longest = ordered[0]?.length ?? 0;
    this.#inside = ordered.length === 0 ? undefined : new RegExp(ordered.map(escaped).join('|'), 'g');
  }
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** The value itself, its lines, and how it looks in JSON, URLs, forms, base64 and hexadecimal. */
function formsOf(value: string): string[] {
  const lines = value.split(/\r?\n/).filter((line) => line.length >= SHORTEST_PART);
  const bytes = Buffer.from(value);
  const url = percentEncoded(value);
  return [
    value,
    ...lines,
    JSON.stringify(value).slice(1, -1),
    url,
    new URLSearchParams({ '': value }).toString().slice(1),
    url.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...base64Forms(bytes),
  ];
}

/** `encodeURIComponent` refuses half of a surrogate pair; what a URL would carry then is its replacement character. */
const percentEncoded = (value: string): string => encodeURIComponent(value.toWellFormed());

/**
 * Base64 of the value alone, and the part of it that shows wherever the value stands inside longer encoded bytes: three
 * bytes become four characters, so there are three alignments.
 */
function base64Forms(bytes: Buffer): string[] {
  const standard = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const from = Math.ceil((offset * 8) / 6);
    const to = Math.floor(((offset + bytes.length) * 8) / 6);
    return encoded.slice(from, to);
  });
  const whole = bytes.toString('base64').replace(/=+$/, '');
  const forms = [whole, ...standard].filter((form) => form.length >= SHORTEST_PART || form === whole);
  return [...forms, ...forms.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
}
