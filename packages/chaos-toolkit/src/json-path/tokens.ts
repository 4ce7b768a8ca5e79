/** A path that Chaos Toolkit's parser would refuse too. The message says where. */
export class JsonPathSyntaxError extends Error {
  override readonly name = 'JsonPathSyntaxError';
}

export interface Token {
  readonly kind: 'mark' | 'word' | 'name' | 'string' | 'number' | 'end';
  readonly text: string;
  readonly at: number;
}

const LONGEST = 2_000;
const WORDS = new Set(['and', 'or', 'not', 'true', 'false', 'null']);
const SPACE = /[ \t\n\r]+/y;
const TOKENS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['mark', /\.\.|>=|<=|!=|[@$.*=<>{}[\]:,()?]/y],
  ['name', /[_A-Za-z][_A-Za-z0-9]*/y],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the grammar excludes them from strings
  ['string', /"(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|[^"\\\u0000-\u001f])*"/y],
  ['number', /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][+-]?(?:0|[1-9][0-9]*))?/y],
];

/** The tokens of a path, the last of kind `end`. Throws JsonPathSyntaxError. */
export function tokensOf(path: string): Token[] {
  if (path.length > LONGEST) {
    throw new JsonPathSyntaxError(`expected at most ${LONGEST} characters, got ${path.length}`);
  }
  const tokens: Token[] = [];
  let at = 0;
  while (at < path.length) {
    SPACE.lastIndex = at;
    const space = SPACE.exec(path);
    if (space !== null) {
      at += space[0].length;
      continue;
    }
    const token = tokenAt(path, at);
    tokens.push(token);
    at += token.text.length;
  }
  return [...tokens, { kind: 'end', text: '', at }];
}

function tokenAt(path: string, at: number): Token {
  for (const [kind, pattern] of TOKENS) {
    pattern.lastIndex = at;
    const text = pattern.exec(path)?.[0];
    if (text !== undefined) return { kind: WORDS.has(text) ? 'word' : kind, text, at };
  }
  throw new JsonPathSyntaxError(`column ${at + 1}: expected a token, got ${JSON.stringify(path.slice(at, at + 12))}`);
}
