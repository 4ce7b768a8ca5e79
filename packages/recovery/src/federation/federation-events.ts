import { type Logger, messageOf } from '@bridge/chaos-core';

/** What a federation has to say. Payloads are plain JSON; terms are texts, since they may outgrow a number. */
export interface FederationEvents {
  /** This replica leads from now on. */
  'leader:promoted': { readonly node: string; readonly term: string };
  /** This replica leads no more. */
  'leader:demoted': { readonly node: string; readonly term: string; readonly reason: string };
  /** Another replica than before leads, as this one sees it. */
  'leader:changed': { readonly leader: string | null; readonly term: string | null };
  /** A replica came, came back under the same name, or was not heard of for its whole ttl. */
  'heartbeat:found': { readonly node: string };
  'heartbeat:lost': { readonly node: string };
  /** This replica was silent for so long that the others may have undone its faults; it has joined anew. */
  'federation:rejoined': { readonly node: string };
  /** The shared state cannot be read or written. Nothing is injected meanwhile; what is alive goes on to its end. */
  'federation:degraded': { readonly reason: string };
  'federation:restored': { readonly node: string };
  /** A fault that a dead replica left was undone here and proven undone; `leaked`: it is tried again. */
  'federation:reverted': {
    readonly fault: string;
    readonly type: string;
    readonly target: string;
    readonly outcome: 'reverted' | 'gone' | 'spent' | 'leaked';
    readonly reason: string | null;
  };
  /** Somebody said that a stranded fault is put right. */
  'federation:forgotten': { readonly fault: string; readonly reason: string; readonly actor: string | null };
}

export type FederationEventType = keyof FederationEvents;

/** One event, as a union that narrows on `type`. */
export type FederationEvent = {
  [Type in FederationEventType]: { readonly type: Type; readonly data: FederationEvents[Type] };
}[FederationEventType];

export type FederationEmit = (event: FederationEvent) => void;

/** Tells every listener; what one does cannot hurt the federation. */
export class FederationEventHub {
  readonly #log: Logger;
  readonly #listeners = new Set<(event: FederationEvent) => void>();

  constructor(log: Logger) {
    this.#log = log;
  }

  readonly emit: FederationEmit = (event) => {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.#log.error({ type: event.type, reason: messageOf(error) }, 'a listener of the federation threw');
      }
    }
  };

  on(listener: (event: FederationEvent) => void): Disposable {
    const own = (event: FederationEvent): void => listener(event);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }
}
