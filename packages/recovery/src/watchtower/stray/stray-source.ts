import type { WatchContext } from '../watch-source.ts';
import type { Ownership } from './ownership.ts';

/** Something that carries ownership labels, in one incarnation. */
export interface OwnedObject {
  readonly id: string;
  readonly name: string;
  /** When it was made; with the id its identity. */
  readonly createdAt: string;
  readonly ownership: Ownership;
}

/** Where owned objects live. */
export interface StraySource {
  list(owner: string, context: WatchContext): Promise<readonly OwnedObject[]>;
  /** Stops and removes it, if it is still the same. Gone already is fine. */
  release(object: OwnedObject, context: WatchContext): Promise<void>;
}
