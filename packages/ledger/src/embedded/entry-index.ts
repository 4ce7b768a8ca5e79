import type { Facets } from '../entry/leaf.ts';
import { FacetIndex } from '../store/facet-index.ts';
import { IdTable } from '../store/id-table.ts';
import { EntryLocator } from './entry-locator.ts';

export interface IndexedEntry {
  readonly id: string;
  readonly facets: Facets;
  readonly offset: number;
  readonly length: number;
}

/**
 * What is known about every entry without reading it: about 80 bytes each. Never the truth: it is rebuilt from the
 * segments whenever the ledger is opened.
 */
export class EntryIndex {
  readonly ids = new IdTable();
  readonly facets: FacetIndex;
  readonly places: EntryLocator;
  #size: number;

  constructor(first: number) {
    this.#size = first;
    this.facets = new FacetIndex(first);
    this.places = new EntryLocator(first);
  }

  add({ id, facets, offset, length }: IndexedEntry): void {
    this.ids.add(id, this.#size);
    this.facets.add(facets);
    this.places.add(offset, length);
    this.#size += 1;
  }
}

/** What the index needs of an entry's bytes. */
export function indexedFields(text: string): { readonly id: string; readonly facets: Facets; readonly data: unknown } {
  const { id, type, time, experiment, run, actor, target, data } = JSON.parse(text);
  return { id, data, facets: { type, time: Date.parse(time), experiment, run, actor, target } };
}
