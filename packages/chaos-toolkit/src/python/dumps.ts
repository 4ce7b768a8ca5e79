import { floatRepr } from './repr.ts';
import { isDict, isList, PyFloat, type PyValue } from './value.ts';

export interface DumpsOptions {
  readonly indent: number | undefined;
  readonly sorted: boolean;
  readonly ascii: boolean;
}

/** `json.dumps` of Python: a space after commas and colons, `1.0` for floats. */
export function dumps(value: PyValue, options: DumpsOptions, depth = 0): string {
  if (value instanceof PyFloat) return floatRepr(value.value);
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : floatRepr(value);
  if (typeof value === 'string') return options.ascii ? escaped(value) : JSON.stringify(value);
  if (isList(value))
    return wrapped(
      '[',
      value.map((item) => dumps(item, options, depth + 1)),
      ']',
      options,
      depth,
    );
  if (!isDict(value)) return String(value);
  const entries = Object.entries(value);
  if (options.sorted) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const members = entries.map(([key, member]) => `${dumps(key, options)}: ${dumps(member, options, depth + 1)}`);
  return wrapped('{', members, '}', options, depth);
}

function wrapped(
  open: string,
  parts: readonly string[],
  close: string,
  { indent }: DumpsOptions,
  depth: number,
): string {
  if (indent === undefined || parts.length === 0) return `${open}${parts.join(', ')}${close}`;
  const pad = ' '.repeat(indent);
  return `${open}\n${pad.repeat(depth + 1)}${parts.join(`,\n${pad.repeat(depth + 1)}`)}\n${pad.repeat(depth)}${close}`;
}

function escaped(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
