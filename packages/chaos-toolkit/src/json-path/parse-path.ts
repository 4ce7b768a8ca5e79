import { parseExpression, parseOperand } from './parse-expression.ts';
import { FUNCTION_NAMES, type FunctionName, type Operand, type Path, type Step, type Subscript } from './path.ts';
import { TokenStream } from './token-stream.ts';
import { JsonPathSyntaxError } from './tokens.ts';

/**
 * Parses a path in the dialect of Python's `jsonpath2` (not RFC 9535): it starts with `$`, keys in brackets are in double
 * quotes, a filter looks at the current node itself. Throws JsonPathSyntaxError.
 */
export function parseJsonPath(text: string): Path {
  const tokens = new TokenStream(text);
  if (!tokens.sees('$')) throw tokens.unexpected('"$"');
  const path = parsePath(tokens);
  if (tokens.next.kind !== 'end') throw tokens.unexpected('the end of the path');
  return path;
}

/** A path from `$` or `@`, as far as it goes. */
export function parsePath(tokens: TokenStream): Path {
  const from = tokens.take().text === '$' ? 'root' : 'current';
  const steps: Step[] = [];
  for (;;) {
    if (tokens.takes('..')) {
      steps.push({ descend: true, subscripts: tokens.sees('[') ? inBrackets(tokens) : [bareword(tokens)] });
    } else if (tokens.takes('.')) {
      steps.push({ descend: false, subscripts: [bareword(tokens)] });
    } else if (tokens.sees('[')) {
      steps.push({ descend: false, subscripts: inBrackets(tokens) });
    } else {
      return { from, steps };
    }
  }
}

function bareword(tokens: TokenStream): Subscript {
  if (tokens.takes('*')) return { kind: 'wildcard' };
  if (tokens.next.kind !== 'name') throw tokens.unexpected('a name or "*"');
  const name = tokens.take().text;
  return tokens.sees('(') ? call(name, tokens) : { kind: 'key', key: name };
}

function inBrackets(tokens: TokenStream): Subscript[] {
  tokens.expect('[');
  const subscripts = [subscript(tokens)];
  while (tokens.takes(',')) subscripts.push(subscript(tokens));
  tokens.expect(']');
  return subscripts;
}

function subscript(tokens: TokenStream): Subscript {
  const { kind, text } = tokens.next;
  if (kind === 'string') {
    tokens.take();
    // As in the original, escapes are not resolved.
    return { kind: 'key', key: text.slice(1, -1) };
  }
  if (kind === 'number') {
    const first = integer(tokens);
    return tokens.sees(':') ? slice(first, tokens) : { kind: 'index', index: first };
  }
  if (tokens.sees(':')) return slice(undefined, tokens);
  if (tokens.takes('*')) return { kind: 'wildcard' };
  if (tokens.sees('$', '@')) return { kind: 'path', path: parsePath(tokens) };
  if (kind === 'name') return call(tokens.take().text, tokens);
  if (!tokens.takes('?')) throw tokens.unexpected('a key in double quotes, an index, a slice, "*" or "?("');
  tokens.expect('(');
  const expression = parseExpression(tokens);
  tokens.expect(')');
  return { kind: 'filter', expression };
}

function slice(start: number | undefined, tokens: TokenStream): Subscript {
  tokens.expect(':');
  const end = tokens.next.kind === 'number' ? integer(tokens) : undefined;
  const step = tokens.takes(':') && tokens.next.kind === 'number' ? integer(tokens) : undefined;
  return { kind: 'slice', start, end, step };
}

function integer(tokens: TokenStream): number {
  if (!/^-?[0-9]+$/.test(tokens.next.text)) throw tokens.unexpected('a whole number');
  return Number(tokens.take().text);
}

function call(text: string, tokens: TokenStream): Subscript {
  const name = FUNCTION_NAMES.find((known): known is FunctionName => known === text);
  tokens.expect('(');
  const given: Operand[] = [];
  while (!tokens.takes(')')) {
    if (given.length > 0) tokens.expect(',');
    given.push(parseOperand(tokens));
  }
  if (name === undefined) {
    throw new JsonPathSyntaxError(`expected a function (${FUNCTION_NAMES.join(', ')}), got ${JSON.stringify(text)}`);
  }
  return { kind: 'call', name, arguments: given };
}
