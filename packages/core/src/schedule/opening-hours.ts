import { openUntil, openWithin, type Window } from '../guard/window.ts';

export interface HoursInput {
  readonly windows: readonly Window[];
  readonly blackouts: readonly Window[];
}

/** Inside the windows, if there are any, and outside the blackouts. */
export class OpeningHours {
  readonly #windows: readonly Window[];
  readonly #blackouts: readonly Window[];

  constructor({ windows, blackouts }: HoursInput) {
    this.#windows = windows;
    this.#blackouts = blackouts;
  }

  isOpen(at: number): boolean {
    const inside = this.#windows.length === 0 || this.#windows.some((window) => window.openAt(at) !== undefined);
    return inside && this.#blackouts.every((blackout) => blackout.openAt(at) === undefined);
  }

  /** Why something that takes from `at` to `end` does not fit. Undefined when it does. */
  obstacle(at: number, end: number): string | undefined {
    const blackout = openWithin(this.#blackouts, at, end);
    if (blackout !== undefined) return `it may take until ${rfc3339(end)}, and there is no chaos in ${blackout.text}`;
    if (this.#windows.length === 0) return undefined;
    const until = openUntil(this.#windows, at, end);
    return until < end ? `it may take until ${rfc3339(end)}, and the window closes at ${rfc3339(until)}` : undefined;
  }
}

function rfc3339(at: number): string {
  return new Date(at).toISOString();
}
