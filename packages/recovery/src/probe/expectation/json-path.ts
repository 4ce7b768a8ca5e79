import type { Json } from '@bridge/chaos-core';

/** One step of a path: which children of a node are selected. */
export type Segment =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'slice'; readonly start?: number; readonly end?: number; readonly step: number }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'union'; readonly members: readonly Segment[] }
  /** The node itself and everything below it (`..`). */
  | { readonly kind: 'descendants' };

const NAME = /^[\p{L}_][\p{L}\p{N}_-]*/u;
const QUOTED = /^(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/u;
const SLICE = /^(-?\d+)?\s*:\s*(-?\d+)?(?:\s*:\s*(-?\d+)?)?/;
const INDEX = /^-?\d+/;

/**
 * Parses a JSONPath (RFC 9535): names, indexes (also negative), slices, wildcards, unions, descendants. Filters
 * (`[?…]`) are not supported and refused.
 * @throws {SyntaxError} that names the position.
 */
export function parseJsonPath(path: string): Segment[] {
  const fail = (at: number, expected: string): SyntaxError =>
    new SyntaxError(`expected ${expected} at position ${at} of JSONPath ${JSON.stringify(path)}`);
  if (!path.startsWith('$')) throw fail(0, '"$"');
  const segments: Segment[] = [];
  let at = 1;
  while (at < path.length) {
    const rest = path.slice(at);
    if (rest.startsWith('..')) {
      segments.push({ kind: 'descendants' });
      at += rest[2] === '[' ? 2 : 1;
    } else if (rest.startsWith('.*')) {
      segments.push({ kind: 'wildcard' });
      at += 2;
    } else if (rest.startsWith('.')) {
      const name = NAME.exec(rest.slice(1))?.[0];
      if (name === undefined) throw fail(at + 1, 'a name or "*"');
      segments.push({ kind: 'name', name });
      at += 1 + name.length;
    } else if (rest.startsWith('[')) {
      const { segment, length } = bracket(rest, (offset, expected) => fail(at + offset, expected));
      segments.push(segment);
      at += length;
    } else {
      throw fail(at, '".", ".." or "["');
    }
    if (at >= path.length && segments.at(-1)?.kind === 'descendants') throw fail(at, 'a name after ".."');
  }
  return segments;
}

function bracket(text: string, fail: (offset: number, expected: string) => SyntaxError) {
  const members: Segment[] = [];
  let at = 1;
  const skipSpace = (): void => {
    while (text[at] === ' ') at += 1;
  };
  for (;;) {
    skipSpace();
    const member = selector(text.slice(at));
    if (member === undefined) throw fail(at, 'a quoted name, an index, a slice or "*" (filters are not supported)');
    members.push(member.segment);
    at += member.length;
    skipSpace();
    if (text[at] === ']') break;
    if (text[at] !== ',') throw fail(at, '"," or "]"');
    at += 1;
  }
  const [only] = members;
  const segment: Segment = members.length === 1 && only !== undefined ? only : { kind: 'union', members };
  return { segment, length: at + 1 };
}

function selector(text: string): { segment: Segment; length: number } | undefined {
  if (text.startsWith('*')) return { segment: { kind: 'wildcard' }, length: 1 };
  const quoted = QUOTED.exec(text);
  if (quoted !== null) {
    const name = (quoted[1] ?? quoted[2] ?? '').replace(/\\(.)/gu, '$1');
    return { segment: { kind: 'name', name }, length: quoted[0].length };
  }
  const slice = SLICE.exec(text);
  if (slice !== null) {
    const [start, end] = [slice[1], slice[2]].map((bound) => (bound === undefined ? undefined : Number(bound)));
    const step = slice[3] === undefined ? 1 : Number(slice[3]);
    const bounds = { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
    return { segment: { kind: 'slice', ...bounds, step }, length: slice[0].length };
  }
  const index = INDEX.exec(text)?.[0];
  return index === undefined ? undefined : { segment: { kind: 'index', index: Number(index) }, length: index.length };
}

/** Every value the path selects, in document order; empty when it selects nothing. */
export function selectJson(segments: readonly Segment[], root: Json): Json[] {
  let nodes: Json[] = [root];
  for (const segment of segments) nodes = nodes.flatMap((node) => children(segment, node));
  return nodes;
}

function children(segment: Segment, node: Json): Json[] {
  switch (segment.kind) {
    case 'name': {
      if (!isObject(node) || !Object.hasOwn(node, segment.name)) return [];
      const child = node[segment.name];
      return child === undefined ? [] : [child];
    }
    case 'index': {
      const child = isArray(node) ? node.at(segment.index) : undefined;
      return child === undefined ? [] : [child];
    }
    case 'slice':
      return isArray(node) ? sliced(node, segment) : [];
    case 'wildcard':
      return below(node);
    case 'union':
      return segment.members.flatMap((member) => children(member, node));
    case 'descendants':
      return [node, ...below(node).flatMap((child) => children(segment, child))];
  }
}

/** RFC 9535 section 2.3.4.2. */
function sliced(array: readonly Json[], { start, end, step }: Extract<Segment, { kind: 'slice' }>): Json[] {
  if (step === 0) return [];
  const { length } = array;
  const normal = (bound: number): number => (bound >= 0 ? bound : length + bound);
  const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
  const picked: Json[] = [];
  const take = (index: number): void => {
    const item = array[index];
    if (item !== undefined) picked.push(item);
  };
  if (step > 0) {
    const last = clamp(normal(end ?? length), 0, length);
    for (let index = clamp(normal(start ?? 0), 0, length); index < last; index += step) take(index);
  } else {
    const last = clamp(end === undefined ? -1 : normal(end), -1, length - 1);
    for (let index = clamp(normal(start ?? length - 1), -1, length - 1); index > last; index += step) take(index);
  }
  return picked;
}

function below(node: Json): Json[] {
  if (isArray(node)) return [...node];
  return isObject(node) ? Object.values(node).filter((child) => child !== undefined) : [];
}

function isArray(node: Json): node is readonly Json[] {
  return Array.isArray(node);
}

function isObject(node: Json): node is { readonly [key: string]: Json | undefined } {
  return typeof node === 'object' && node !== null && !isArray(node);
}
