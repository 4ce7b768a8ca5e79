import type { PyValue } from '../python/value.ts';
import { pyFloat } from '../python/value.ts';
import { parsePath } from './parse-path.ts';
import { COMPARISONS, type Expression, type Operand } from './path.ts';
import type { TokenStream } from './token-stream.ts';

/**
 * `or` binds tighter than `and`, the other way round than everywhere else: `a or b and c` is `(a or b) and c`. The
 * grammar of `jsonpath2` says so.
 */
export function parseExpression(tokens: TokenStream): Expression {
  const all = [either(tokens)];
  while (tokens.takes('and')) all.push(either(tokens));
  return joined('and', all);
}

function either(tokens: TokenStream): Expression {
  const all = [negated(tokens)];
  while (tokens.takes('or')) all.push(negated(tokens));
  return joined('or', all);
}

function joined(kind: 'and' | 'or', all: readonly Expression[]): Expression {
  const [only, ...others] = all;
  return only !== undefined && others.length === 0 ? only : { kind, all };
}

function negated(tokens: TokenStream): Expression {
  if (tokens.takes('not')) return { kind: 'not', expression: negated(tokens) };
  if (tokens.takes('(')) {
    const expression = parseExpression(tokens);
    tokens.expect(')');
    return expression;
  }
  const left = parseOperand(tokens);
  const by = COMPARISONS.find((comparison) => tokens.takes(comparison));
  if (by === undefined) return { kind: 'exists', operand: left };
  return { kind: 'compare', by, left, right: parseOperand(tokens) };
}

/** A path, or a JSON value. */
export function parseOperand(tokens: TokenStream): Operand {
  if (tokens.sees('$', '@')) return { kind: 'path', path: parsePath(tokens) };
  return { kind: 'value', value: literal(tokens) };
}

function literal(tokens: TokenStream): PyValue {
  const { kind, text } = tokens.next;
  if (tokens.takes('[')) return list(tokens);
  if (tokens.takes('{')) return dict(tokens);
  if (tokens.takes('true')) return true;
  if (tokens.takes('false')) return false;
  if (tokens.takes('null')) return null;
  if (kind !== 'string' && kind !== 'number') throw tokens.unexpected('a path or a JSON value');
  tokens.take();
  if (kind === 'string') return text.slice(1, -1);
  return /[.eE]/.test(text) ? pyFloat(Number(text)) : Number(text);
}

function list(tokens: TokenStream): PyValue {
  const items: PyValue[] = [];
  if (tokens.takes(']')) return items;
  do items.push(literal(tokens));
  while (tokens.takes(','));
  tokens.expect(']');
  return items;
}

function dict(tokens: TokenStream): PyValue {
  const members: [string, PyValue][] = [];
  if (tokens.takes('}')) return {};
  do {
    if (tokens.next.kind !== 'string') throw tokens.unexpected('a key in double quotes');
    const key = tokens.take().text.slice(1, -1);
    tokens.expect(':');
    members.push([key, literal(tokens)]);
  } while (tokens.takes(','));
  tokens.expect('}');
  return Object.fromEntries(members);
}
