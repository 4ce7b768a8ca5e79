import { describe, expect, it } from 'vitest';
import { whyUnsafe } from '../../src/pattern/safe-pattern.ts';

describe('a pattern for names', () => {
  it.each(['^web-\\d+$', 'pay.*ment', '(?:a|b)c', '[(+*]+', 'x{1,3}', '(ab)+', '\\(a+\\)+', 'a.*b.*c'])(
    'may be %s',
    (pattern) => {
      expect(whyUnsafe(pattern)).toBeUndefined();
    },
  );

  it.each([
    '(a+)+$',
    '(a*)*',
    '(a|aa)+$',
    '((a+)b?)*',
    '(?:(?:a+))+',
    '(a+){2,}',
    '(a+){50}',
    '(a)\\1',
    '(?=a)b',
    '(?<=a)b',
    '.*.*.*.*',
    'a'.repeat(201),
  ])('may not be %s', (pattern) => {
    expect(whyUnsafe(pattern)).toBeTypeOf('string');
  });
});
