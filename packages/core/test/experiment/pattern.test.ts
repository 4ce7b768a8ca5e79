import { compilePattern } from '@bridge/chaos-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

function found(source: string, text: string): boolean {
  const pattern = compilePattern(source);
  if (!pattern.ok) throw new Error(pattern.message);
  return pattern.test(text);
}

const SOURCES = [
  'abc',
  '^a.c$',
  'a|b|',
  '^(a|b)*$',
  '(ab)+c?',
  '^[a-c]{2,3}$',
  '[^abc]',
  '\\d+-\\d{2}',
  '^\\w+\\s\\S*$',
  '\\bab\\b',
  'a\\B',
  '(?:a|bc){2}',
  '^(a?){3}b$',
  '.*a.*b',
  '\\u0061\\x62',
  '[\\]\\-a]',
  '\\p{L}+',
  '^$',
  '()',
  'a{0}b',
  '(|a)+b',
  'a+?b',
  '(a*)*c',
];

describe('a pattern', () => {
  test.each(SOURCES)('%s matches what the platform says', (source) => {
    const native = new RegExp(source, 'u');
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-', '1', ' ', ']', 'é', '😀', '\n'), maxLength: 8 });
    fc.assert(
      fc.property(text, (value) => {
        expect(found(source, value)).toBe(native.test(value));
      }),
      { numRuns: 200 },
    );
  });

  test.each(['(a+)+$', '(a|a)*$', '(a*)*b', '.*.*.*.*=', '(\\w+\\s?)*$', '(a|aa)+$'])('%s stays fast', (source) => {
    expect(typeof found(source, `${'a'.repeat(20_000)}!`)).toBe('boolean');
  });

  test.each([
    ['(?=a)', 'only plain groups'],
    ['(?<n>a)', 'only plain groups'],
    ['(a)\\1', 'back-references'],
    ['(a', 'unmatched "("'],
    ['a)', 'unmatched ")"'],
    ['*a', 'nothing to repeat'],
    ['a**', 'nothing to repeat'],
    ['^*', 'nothing to repeat'],
    ['[a', 'too early'],
    ['[b-a]', 'ut of order'],
    ['a{3,1}', 'downwards'],
    ['a{x}', 'no quantifier'],
    ['\\q', 'nvalid escape'],
    ['\\', 'too early'],
    ['((a{100}){100}){100}', 'repeats too much'],
    ['((((){9999}){9999}){9999}){9999}', 'repeats too much'],
    ['x'.repeat(201), 'at most 200'],
  ])('%s is refused', (source, message) => {
    const pattern = compilePattern(source);
    expect(pattern).toEqual({ ok: false, message: expect.stringContaining(message) });
  });

  test('any text is a pattern or is refused with a reason', () => {
    const source = fc.string({ unit: fc.constantFrom(...'ab()[]{}*+?|\\^$.,-0123:<=!dpuxk'), maxLength: 20 });
    fc.assert(
      fc.property(source, fc.string({ unit: fc.constantFrom('a', 'b', '0'), maxLength: 6 }), (written, text) => {
        const pattern = compilePattern(written);
        if (pattern.ok) expect(pattern.test(text)).toBe(new RegExp(written, 'u').test(text));
        else expect(pattern.message).toMatch(/^expected /);
      }),
      { numRuns: 5_000 },
    );
  });
});
