import { type Clock, messageOf } from '@bridge/chaos-core';
import type { EventFeed } from '../../event/event-feed.ts';
import type { Standing } from '../../leadership/leadership.ts';
import type { WatchPolicy } from '../policy/watch-policy.ts';
import type { WatchContext } from '../watch-source.ts';
import type { WatchtowerEvents } from '../watchtower-events.ts';
import type { OwnedObject, StraySource } from './stray-source.ts';

export interface StrayOptions {
  /** Only what this owner made. */
  readonly owner: string;
  /** What should exist: never a stray. */
  desired?(object: OwnedObject): boolean;
  /**
   * Whether the session still lives: false once its lease has ended, undefined when nobody knows. Default: nobody knows,
   * so that only the term decides.
   */
  sessionAlive?(session: string): Promise<boolean | undefined>;
}

interface Parts {
  readonly source: StraySource;
  readonly policy: WatchPolicy['strays'];
  readonly feed: EventFeed<WatchtowerEvents>;
  readonly clock: Clock;
}

/**
 * Releases what nobody owns any more: made in an older term, or in a session that has ended. Marked in one sweep,
 * released in a later one after a grace. The first sweep only tells. Without knowing the term, nothing is touched.
 */
export class StraySweep {
  readonly #options: StrayOptions;
  readonly #parts: Parts;
  readonly #marked = new Map<string, number>();

  constructor(options: StrayOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
  }

  async sweep(standing: Standing, context: WatchContext): Promise<void> {
    const term = sweepingTerm(standing);
    if (term === undefined) return;
    const { source, policy, feed, clock } = this.#parts;
    const objects = await source.list(this.#options.owner, context);
    const strays = new Map<string, OwnedObject>();
    const before = new Set(this.#marked.keys());
    for (const object of objects) {
      const why = await this.#whyStray(object, term);
      if (why === undefined) continue;
      const key = `${object.id} ${object.createdAt}`;
      strays.set(key, object);
      if (this.#marked.has(key)) continue;
      this.#marked.set(key, clock.now());
      feed.emit('watchtower:stray', { id: object.id, name: object.name, why });
    }
    for (const key of this.#marked.keys()) if (!strays.has(key)) this.#marked.delete(key);
    const isDue = (key: string): boolean =>
      before.has(key) && clock.now() - (this.#marked.get(key) ?? 0) >= policy.grace;
    const due = [...strays].filter(([key]) => isDue(key));
    for (const [, object] of due.slice(0, policy.most)) await this.#release(object, context);
  }

  async #whyStray(object: OwnedObject, term: bigint): Promise<string | undefined> {
    const { desired, sessionAlive } = this.#options;
    if (desired?.(object)) return undefined;
    const { ownership } = object;
    if (ownership.term < term) return `it was made in term ${ownership.term}, and it is term ${term}`;
    if ((await sessionAlive?.(ownership.session)) === false) return `session ${ownership.session} has ended`;
    return undefined;
  }

  async #release(object: OwnedObject, context: WatchContext): Promise<void> {
    const { source, feed } = this.#parts;
    const { id, name } = object;
    try {
      await source.release(object, context);
      feed.emit('watchtower:stray-released', { id, name });
    } catch (error) {
      feed.emit('watchtower:stray-kept', { id, name, reason: messageOf(error) });
    }
  }
}

/** The witness sweeps; a leader only where there is no witness. */
function sweepingTerm(standing: Standing): bigint | undefined {
  if (standing.role === 'witness') return standing.term ?? undefined;
  return standing.role === 'leader' && standing.alone ? standing.term : undefined;
}
