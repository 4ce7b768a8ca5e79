import { JsonPathSyntaxError, type Token, tokensOf } from './tokens.ts';

/** The tokens of a path, read from left to right. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(path: string) {
    this.#tokens = tokensOf(path);
  }

  get next(): Token {
    const token = this.#tokens[this.#next] ?? this.#tokens.at(-1);
    if (token === undefined) throw new JsonPathSyntaxError('expected a path, got nothing');
    return token;
  }

  /** True when the next token is this mark or word. */
  sees(...texts: readonly string[]): boolean {
    const { kind, text } = this.next;
    return (kind === 'mark' || kind === 'word') && texts.includes(text);
  }

  /** Takes the next token when it is this mark or word. */
  takes(text: string): boolean {
    if (!this.sees(text)) return false;
    this.#next += 1;
    return true;
  }

  /** Takes the next token. */
  take(): Token {
    const token = this.next;
    this.#next += 1;
    return token;
  }

  /** Takes the next token, which must be this mark. */
  expect(text: string): void {
    if (!this.takes(text)) throw this.unexpected(`"${text}"`);
  }

  unexpected(expected: string): JsonPathSyntaxError {
    const { kind, text, at } = this.next;
    const got = kind === 'end' ? 'the end' : JSON.stringify(text);
    return new JsonPathSyntaxError(`column ${at + 1}: expected ${expected}, got ${got}`);
  }
}
