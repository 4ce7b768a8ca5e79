import { describe, expect, it } from 'vitest';
import { parseJsonPath, selectJson } from '../../src/probe/expectation/json-path.ts';

/** RFC 9535 section 1.5. */
const bookstore = {
  store: {
    book: [
      { category: 'reference', author: 'Nigel Rees', title: 'Sayings of the Century', price: 8.95 },
      { category: 'fiction', author: 'Evelyn Waugh', title: 'Sword of Honour', price: 12.99 },
      { category: 'fiction', author: 'Herman Melville', title: 'Moby Dick', isbn: '0-553-21311-3', price: 8.99 },
      { category: 'fiction', author: 'J. R. R. Tolkien', title: 'The Lord of the Rings', price: 22.99 },
    ],
    bicycle: { color: 'red', price: 399 },
  },
};
const { book, bicycle } = bookstore.store;
const authors = book.map(({ author }) => author);
const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

describe('JSONPath (RFC 9535)', () => {
  it.each([
    ['$', [bookstore]],
    ['$.store.book[*].author', authors],
    ['$..author', authors],
    ['$.store.*', [book, bicycle]],
    ['$.store..price', [8.95, 12.99, 8.99, 22.99, 399]],
    ['$..book[2]', [book[2]]],
    ['$..book[2].author', ['Herman Melville']],
    ['$..book[2].publisher', []],
    ['$..book[-1]', [book[3]]],
    ['$..book[0,1]', [book[0], book[1]]],
    ['$..book[:2]', [book[0], book[1]]],
    ["$['store']['bicycle']", [bicycle]],
    ['$["store"]["bicycle"]["color"]', ['red']],
    ['$.store.book.length', []],
    ['$.store.book.0', undefined],
  ])('%s', (path, expected) => {
    if (expected === undefined) expect(() => parseJsonPath(path)).toThrow(SyntaxError);
    else expect(selectJson(parseJsonPath(path), bookstore)).toEqual(expected);
  });

  it.each([
    ['$[1:3]', ['b', 'c']],
    ['$[5:]', ['f', 'g']],
    ['$[1:5:2]', ['b', 'd']],
    ['$[5:1:-2]', ['f', 'd']],
    ['$[::-1]', letters.toReversed()],
    ['$[-2:]', ['f', 'g']],
    ['$[::0]', []],
    ['$[ 0 , 2 ]', ['a', 'c']],
  ])('slices: %s (section 2.3.4.3)', (path, expected) => {
    expect(selectJson(parseJsonPath(path), letters)).toEqual(expected);
  });

  it('never reads what a document inherits', () => {
    expect(selectJson(parseJsonPath('$.constructor'), {})).toEqual([]);
    expect(selectJson(parseJsonPath('$.__proto__'), {})).toEqual([]);
  });

  it.each(['', 'a', '$.', '$..', '$[', '$[]', '$[a]', '$[0', "$['a", '$a', '$[?@.a]'])('refuses %j', (path) => {
    expect(() => parseJsonPath(path)).toThrow(/at position \d+ of JSONPath/);
  });
});
