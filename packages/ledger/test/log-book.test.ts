import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EMPTY_ROOT } from '../src/merkle/hash.ts';
import { LogBook } from '../src/witness/log-book.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const next = (size: number) => ({ size, root: EMPTY_ROOT, peaks: [], note: '', keys: [] });

describe('the book of a mirror', () => {
  it('holds every entry once when one could not be counted and is sent again', async () => {
    const directory = await temporaryFolder();
    const book = await LogBook.open(directory, 'example.com/log');
    await book.accept(next(1), '{"a":1}\n');
    // Stands in the way of the next state.json, like a full disk.
    const obstacle = join(dirname(book.entriesPath), 'state.json.next');
    await mkdir(obstacle);
    await expect(book.accept(next(2), '{"b":2}\n')).rejects.toThrow('EISDIR');
    await rm(obstacle, { recursive: true });
    await book.accept(next(2), '{"b":2}\n');
    await book.accept(next(3), '{"c":3}\n');
    const lines = ['{"a":1}', '{"b":2}', '{"c":3}'];
    expect(await book.lines()).toEqual(lines);
    const again = await LogBook.open(directory, 'example.com/log');
    expect(again.known.size).toBe(3);
    expect(await again.lines()).toEqual(lines);
  });
});
