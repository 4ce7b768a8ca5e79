import type { AnyChaosEvent } from '../../event/chaos-events.ts';

/** What users, detectors, healers and people say, and what everybody must know: shown at once, whatever is hidden. */
const OPEN: ReadonlySet<string> = new Set([
  'probe:second',
  'health:second',
  'host:signal',
  'host:log',
  'emergency:stopped',
  'emergency:released',
  'engine:degraded',
  'engine:stale',
]);

/** The events of an engine as responders may follow them: those of a hidden inject come at its end, in their order. */
export class ParticipantFeed {
  readonly #isHidden: () => boolean;
  readonly #listener: (event: AnyChaosEvent) => void;
  #held: AnyChaosEvent[] = [];

  constructor(isHidden: () => boolean, listener: (event: AnyChaosEvent) => void) {
    this.#isHidden = isHidden;
    this.#listener = listener;
  }

  readonly hear = (event: AnyChaosEvent): void => {
    if (this.#isHidden() && !OPEN.has(event.type)) this.#held.push(event);
    else this.#listener(event);
  };

  /** What was hidden is no longer. */
  reveal(): void {
    for (const event of this.#held.splice(0)) this.#listener(event);
  }
}
