import { describe, expect, it } from 'vitest';
import { masked } from '../../src/network/fault/ifb-path.ts';

describe('ports as values with masks', () => {
  it.each([
    ['5432', [[5432, 0xffff]]],
    ['8000:8003', [[8000, 0xfffc]]],
    [
      '6999:7002',
      [
        [6999, 0xffff],
        [7000, 0xfffe],
        [7002, 0xffff],
      ],
    ],
    ['1:65535', Array.from({ length: 16 }, (_, bit) => [2 ** bit, 0xffff & ~(2 ** bit - 1)])],
  ])('%s', (port, blocks) => {
    expect(masked(port)).toEqual(blocks);
  });

  it('cover each port of a range once, and no other', () => {
    const covered = masked('997:4321').flatMap(([value, mask]) =>
      Array.from({ length: 65_536 }, (_, port) => port).filter((port) => (port & mask) === value),
    );
    expect(covered).toEqual(Array.from({ length: 4321 - 997 + 1 }, (_, at) => 997 + at));
  });
});
