import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parseJsonPath } from '../../src/json-path/parse-path.ts';
import { selectPath } from '../../src/json-path/select.ts';
import { parsePythonJson } from '../../src/python/json.ts';

const vectors = z
  .object({ documents: z.array(z.json()), cases: z.array(z.tuple([z.string(), z.int(), z.json()])) })
  .parse(JSON.parse(readFileSync(new URL('../vectors/json-path.json', import.meta.url), 'utf8')));

function outcome(path: string, document: unknown): unknown {
  const value = parsePythonJson(JSON.stringify(document));
  try {
    return JSON.parse(JSON.stringify(selectPath(parseJsonPath(path), value)));
  } catch (error) {
    return error instanceof Error && error.name === 'CrashError' ? 'crash' : 'invalid';
  }
}

describe('JSONPath as jsonpath2 has it', () => {
  it('selects what jsonpath2 selected, in every recorded case', () => {
    const different = vectors.cases
      .map(([path, index, wanted]) => ({ path, index, wanted, got: outcome(path, vectors.documents[index]) }))
      .filter(({ wanted, got }) => JSON.stringify(wanted) !== JSON.stringify(got));
    console.log(`${vectors.cases.length - different.length} of ${vectors.cases.length} agree`);
    expect(different).toEqual([]);
    expect(vectors.cases.length).toBeGreaterThan(300);
  });

  it('binds "or" tighter than "and"', () => {
    const items = [
      { a: 1, c: 0 },
      { a: 0, b: 1, c: 1 },
    ];
    expect(outcome('$[*][?(@.a=1 or @.b=1 and @.c=1)]', items)).toEqual([items[1]]);
  });

  it('says where a path is wrong', () => {
    expect(() => parseJsonPath('$.foo[?(@.a==1)]')).toThrow('column 13: expected a path or a JSON value, got "="');
    expect(() => parseJsonPath("$['foo']")).toThrow('column 3: expected a token');
    expect(() => parseJsonPath('foo')).toThrow('expected "$"');
  });

  it('refuses a path of endless length', () => {
    expect(() => parseJsonPath(`$${'.a'.repeat(2_000)}`)).toThrow('expected at most 2000 characters, got 4001');
  });
});
