import { messageOf } from '../../errors.ts';

/** A pattern as a tree. `set` is one character. */
export type Node =
  | { readonly kind: 'set'; readonly has: (character: string) => boolean }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly branches: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly least: number; readonly most: number };

export type Assertion = 'start' | 'end' | 'boundary' | 'inside';

const ASSERTIONS: Readonly<Record<string, Assertion>> = { '^': 'start', $: 'end', '\\b': 'boundary', '\\B': 'inside' };

/**
 * Parses the part of JavaScript's regular expressions (with the `u` flag) that can be matched in linear time: no
 * lookaround, no back-references. Throws a SyntaxError that says what is not understood.
 */
export function parsePattern(source: string): Node {
  const parser = new Parser([...source]);
  const node = parser.choice();
  if (!parser.atEnd()) throw new SyntaxError('unmatched ")"');
  return node;
}

class Parser {
  readonly #source: readonly string[];
  #at = 0;

  constructor(source: readonly string[]) {
    this.#source = source;
  }

  atEnd(): boolean {
    return this.#at >= this.#source.length;
  }

  choice(): Node {
    const branches = [this.#sequence()];
    while (this.#take('|')) branches.push(this.#sequence());
    const [only] = branches;
    return branches.length === 1 && only !== undefined ? only : { kind: 'choice', branches };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (!this.atEnd() && !this.#sees('|') && !this.#sees(')')) parts.push(this.#quantified());
    return { kind: 'sequence', parts };
  }

  #quantified(): Node {
    const part = this.#atom();
    const quantifier = this.#quantifier();
    if (quantifier === undefined) return part;
    if (part.kind === 'assertion') throw new SyntaxError('nothing to repeat');
    this.#take('?');
    if (this.#sees('*') || this.#sees('+') || this.#sees('?')) throw new SyntaxError('nothing to repeat');
    return { kind: 'repeat', part, ...quantifier };
  }

  #quantifier(): { readonly least: number; readonly most: number } | undefined {
    if (this.#take('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (this.#take('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
    if (this.#take('?')) return { least: 0, most: 1 };
    if (!this.#sees('{')) return undefined;
    const written = this.#through('}');
    const [, least, comma, most] = /^\{(\d{1,4})(,?)(\d{1,4})?\}$/.exec(written) ?? [];
    if (least === undefined) throw new SyntaxError(`"${written}" is no quantifier`);
    const upper = most ?? (comma === ',' ? Number.POSITIVE_INFINITY : least);
    if (Number(upper) < Number(least)) throw new SyntaxError(`"${written}" counts downwards`);
    return { least: Number(least), most: Number(upper) };
  }

  #atom(): Node {
    if (this.#take('(')) return this.#group();
    if (this.#sees('[')) return set(this.#class());
    const atom = this.#sees('\\') ? this.#escape() : this.#next();
    const assertion = ASSERTIONS[atom];
    if (assertion !== undefined) return { kind: 'assertion', assertion };
    if ('*+?{}]'.includes(atom)) throw new SyntaxError(`"${atom}" has nothing to repeat or needs a "\\"`);
    return set(atom);
  }

  #group(): Node {
    if (this.#take('?') && !this.#take(':')) throw new SyntaxError('only plain groups and "(?:…)" are understood');
    const node = this.choice();
    if (!this.#take(')')) throw new SyntaxError('unmatched "("');
    return node;
  }

  #class(): string {
    let written = this.#next();
    while (!this.#sees(']')) written += this.#sees('\\') ? this.#escape() : this.#next();
    return written + this.#next();
  }

  #escape(): string {
    const start = this.#next() + this.#next();
    if (/^\\[1-9k]$/.test(start)) throw new SyntaxError('back-references are not understood');
    if (start === '\\0' && /\d/.test(this.#source[this.#at] ?? ''))
      throw new SyntaxError('octal escapes are not understood');
    if (start === '\\x') return start + this.#next() + this.#next();
    if (start === '\\c') return start + this.#next();
    if (/^\\[pPu]$/.test(start) && this.#sees('{')) return start + this.#through('}');
    return start === '\\u' ? start + this.#next() + this.#next() + this.#next() + this.#next() : start;
  }

  #through(end: string): string {
    let written = this.#next();
    while (!written.endsWith(end)) written += this.#next();
    return written;
  }

  #next(): string {
    const character = this.#source[this.#at];
    if (character === undefined) throw new SyntaxError('it ends too early');
    this.#at += 1;
    return character;
  }

  #sees(character: string): boolean {
    return this.#source[this.#at] === character;
  }

  #take(character: string): boolean {
    if (!this.#sees(character)) return false;
    this.#at += 1;
    return true;
  }
}

/** What one character may be is left to the platform: on one character it cannot be slow. */
function set(atom: string): Node {
  try {
    const one = new RegExp(`^${atom}$`, 'u');
    return { kind: 'set', has: (character) => one.test(character) };
  } catch (thrown) {
    throw new SyntaxError(messageOf(thrown), { cause: thrown });
  }
}
