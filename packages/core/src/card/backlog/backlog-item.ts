import * as z from 'zod';

/**
 * Why a drill failed: of the gates that failed the one that comes first in this order. What was broken and not put back
 * is worse than anything the system did; what the system missed first explains what it missed later.
 */
export const CAUSES = [
  'rollback',
  'collateral',
  'effect',
  'trigger',
  'playbook',
  'task',
  'slo',
  'false-alarm',
] as const;

export type BacklogCause = (typeof CAUSES)[number];

const text = z.string();
const count = z.number();

const artifact = z.object({ name: text, sha256: text, size: count });

/** What a failed drill leaves to be done. Plain JSON; as it stands in events, in the ledger and in files. */
export const backlogItem = z
  .object({
    id: text,
    card: text,
    target: text,
    environment: text,
    cause: z.enum(CAUSES),
    /** `experiment`: the drill itself did not work or did not clean up. `weakness`: the system did not do its part. */
    kind: z.enum(['weakness', 'experiment']),
    state: z.enum(['open', 'closed']),
    title: text,
    description: text,
    owner: text,
    /** Risk of the card times failed drills in a row: higher is more urgent. */
    priority: count,
    occurrences: count,
    version: text,
    filedAt: text,
    updatedAt: text,
    /** The drill that was last to fail, or that closed it. */
    drill: text,
    run: text.nullable(),
    artifacts: z.array(artifact).readonly(),
  })
  .readonly();

export type BacklogItem = z.output<typeof backlogItem>;

export interface BacklogChange {
  readonly kind: 'filed' | 'raised' | 'closed';
  readonly item: BacklogItem;
}

/**
 * Where backlog items go: an issue tracker, a folder, a webhook. `put` may be called again with the same change after a
 * failure; the item's id stays the same for its whole life.
 */
export interface BacklogSink {
  /** For logs. */
  readonly name: string;
  put(change: BacklogChange): Promise<void>;
  /** What it keeps, for sinks that can be read: open items are taken up again after a restart. */
  items?(): Promise<readonly BacklogItem[]>;
}
