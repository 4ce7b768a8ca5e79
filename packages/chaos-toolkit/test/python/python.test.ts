import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePythonJson } from '../../src/python/json.ts';
import { compileRegex } from '../../src/python/regex.ts';
import { floatRepr } from '../../src/python/repr.ts';
import { substitute } from '../../src/python/template.ts';
import { isDict, isList, type PyDict, PyFloat, type PyValue } from '../../src/python/value.ts';
import { parseSource } from '../../src/source/read-source.ts';

/** Recorded with CPython 3.11 (`re`), PyYAML 6 (`safe_load`) and chaostoolkit-lib (`substitute`). */
const vectors = dict(parsePythonJson(readFileSync(new URL('../vectors/python.json', import.meta.url), 'utf8')));

function dict(value: PyValue | undefined): PyDict {
  if (!isDict(value)) throw new TypeError('expected a mapping');
  return value;
}

function pairs(value: PyValue | undefined): (readonly [PyValue, PyValue])[] {
  if (!isList(value)) throw new TypeError('expected a list');
  return value.map((pair) => (isList(pair) ? [pair[0] ?? null, pair[1] ?? null] : [null, null]));
}

/** Floats as in the recording: by their `repr`. */
function marked(value: PyValue): PyValue {
  if (value instanceof PyFloat) return { float: floatRepr(value.value) };
  if (typeof value === 'number' && !Number.isInteger(value)) return { float: floatRepr(value) };
  if (isList(value)) return value.map(marked);
  return isDict(value)
    ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, marked(member)]))
    : value;
}

const substitution = dict(vectors['substitution']);
const variables = { configuration: dict(substitution['configuration']), secrets: dict(substitution['secrets']) };

describe('substitution', () => {
  it.each(pairs(substitution['texts']))('of %j is what Python makes of it', (text, wanted) => {
    expect(marked(substitute(text, variables))).toEqual(wanted);
  });

  it.each(pairs(substitution['wrapped']))('writes %j as Python does', (value, wanted) => {
    expect(substitute('<${w}>', { configuration: { w: { v: value } }, secrets: {} })).toBe(wanted);
  });

  it('goes through lists and mappings, in values only', () => {
    const given = { k$n: ['${n}', { z: 'x${n}' }], t: 5, u: null };
    expect(substitute(given, variables)).toEqual(substitution['nested']);
  });
});

describe('regular expressions', () => {
  it.each(pairs(vectors['regex']))('%j match what Python matches', (pattern, texts) => {
    const compile = () => compileRegex(String(pattern));
    if (texts === null) return expect(compile).toThrow(SyntaxError);
    const found = pairs(texts).map(([text]) => [text, compile().test(String(text))]);
    return expect(found).toEqual(texts);
  });

  it.each(['(?>a)', 'a++', '(?(1)a)', '(?x) a', 'a(?i)b'])('refuses %j, which has no counterpart', (pattern) => {
    expect(() => compileRegex(pattern)).toThrow(SyntaxError);
  });
});

describe('YAML', () => {
  it.each(pairs(vectors['yaml']))('%j means what it means to PyYAML', (text, wanted) => {
    const read = () => marked(parseSource(String(text), 'yaml'));
    if (isDict(wanted) && 'error' in wanted) return expect(read).toThrow('CHAOS_EXPERIMENT_UNREADABLE');
    return expect(read()).toEqual(wanted);
  });
});
