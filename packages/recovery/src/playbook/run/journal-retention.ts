import { ChaosError, duration, messageOf } from '@bridge/chaos-core';
import * as z from 'zod';
import type { EventFeed } from '../../event/event-feed.ts';
import type { PlaybookEvents } from '../playbook-events.ts';
import type { RunJournals } from './run-journal.ts';

const retention = z.strictObject({
  runs: z.int().min(1).default(1_000),
  for: duration.default(90 * 86_400_000),
});

/** How many ended runs are kept, and for how long. What is past either goes. */
export type JournalRetentionInput = z.input<typeof retention>;

interface EndedRun {
  readonly run: string;
  /** Wall clock, milliseconds. */
  readonly at: number;
}

/**
 * Which journals are not needed any more. Runs that have not ended are no matter of it, and neither are those that
 * cool-downs and escalation still count: they stay for at least `memory` milliseconds.
 */
export class JournalRetention {
  readonly #runs: number;
  readonly #for: number;
  readonly #memory: number;
  #ended: EndedRun[] = [];

  /** Throws `CHAOS_OPTIONS_INVALID`. */
  constructor(input: JournalRetentionInput, memory: number) {
    const checked = retention.safeParse(input);
    if (!checked.success) {
      const lines = checked.error.issues.map(({ path, message }) => `keep.${path.join('.')}: ${message}`);
      throw new ChaosError('CHAOS_OPTIONS_INVALID', lines.join('; '));
    }
    this.#runs = checked.data.runs;
    this.#for = checked.data.for;
    this.#memory = memory;
  }

  ended(run: EndedRun): void {
    this.#ended.push(run);
  }

  /** Takes out the runs whose journals may go now. */
  due(wall: number): readonly string[] {
    const newestFirst = this.#ended.toSorted((a, b) => b.at - a.at);
    const isKept = ({ at }: EndedRun, index: number): boolean =>
      wall - at < this.#memory || (index < this.#runs && wall - at < this.#for);
    const kept = newestFirst.filter(isKept);
    const due = newestFirst.filter((one) => !kept.includes(one));
    this.#ended = kept;
    return due.map(({ run }) => run);
  }
}

/** A journal that cannot be removed is told, and tried again by the next start. */
export async function removeJournals(
  journals: RunJournals,
  runs: readonly string[],
  feed: EventFeed<PlaybookEvents>,
): Promise<void> {
  for (const run of runs) {
    try {
      await journals.remove(run);
    } catch (error) {
      feed.emit('playbook:trouble', { doing: `remove the journal of run ${run}`, reason: messageOf(error) });
    }
  }
}
