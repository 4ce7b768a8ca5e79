import type { Part } from './part.ts';

/** What a system that was started from a configuration says of itself. */
export interface RuntimeEvents {
  /** Everything that is on is up; with what is off, and why. */
  'runtime:started': { readonly parts: readonly Part[] };
  /** A part changed: the watchtower found, or lost, what it watches. */
  'runtime:part': Part;
  /** Everything is closed, in reverse order. */
  'runtime:closed': { readonly parts: readonly string[] };
}
