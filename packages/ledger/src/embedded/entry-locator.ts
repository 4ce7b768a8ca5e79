import { GrowingColumn } from '../store/growing-column.ts';

/** Where an entry is. */
export interface EntryPlace {
  readonly segment: string;
  readonly offset: number;
  readonly length: number;
}

interface SegmentRows {
  readonly base: number;
  readonly path: string;
}

/** Place of every entry in the segments: 6 bytes per entry. */
export class EntryLocator {
  readonly #first: number;
  readonly #segments: SegmentRows[] = [];
  readonly #offsets = new GrowingColumn((capacity) => new Uint32Array(capacity));
  readonly #lengths = new GrowingColumn((capacity) => new Uint16Array(capacity));

  /** `first` = index of the first entry that will be added. */
  constructor(first: number) {
    this.#first = first;
  }

  segment(base: number, path: string): void {
    this.#segments.push({ base, path });
  }

  add(offset: number, length: number): void {
    this.#offsets.push(offset);
    this.#lengths.push(length);
  }

  at(index: number): EntryPlace {
    const segment = this.#segments.findLast(({ base }) => base <= index);
    if (segment === undefined || index >= this.#first + this.#offsets.length) {
      throw new RangeError(`no entry ${index}`);
    }
    const row = index - this.#first;
    return { segment: segment.path, offset: this.#offsets.at(row), length: this.#lengths.at(row) };
  }
}
