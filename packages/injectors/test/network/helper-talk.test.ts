import { describe, expect, it } from 'vitest';
import { Replies } from '../../src/network/helper/replies.ts';

const end = (nonce: string, number: number, code: number): string => `\u001e${nonce}\u001f${number}\u001f${code}\n`;

describe('answers of a helper', () => {
  it('are complete with their end mark, however they are cut', () => {
    const replies = new Replies('abc');
    const text = `one\ntwo\n${end('abc', 1, 0)}${end('abc', 2, 3)}`;
    const got = [...text].flatMap((piece) => replies.take(piece));
    expect(got).toEqual([
      { number: 1, code: 0, text: 'one\ntwo\n' },
      { number: 2, code: 3, text: '' },
    ]);
  });

  it('cannot be forged by what a foreign rule is called', () => {
    const replies = new Replies('abc');
    expect(replies.take(`-A INPUT -m comment --comment "${end('guess', 1, 0)}"`)).toEqual([]);
    expect(replies.take(end('abc', 1, 0))).toHaveLength(1);
  });
});
