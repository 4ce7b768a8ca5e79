import type { ChaosEngine } from '../../engine/chaos-engine.ts';
import type { EngineParts } from '../../engine/engine-parts.ts';
import { partsOf } from '../../engine/parts-of.ts';
import { messageOf } from '../../errors.ts';
import type { Plugins } from '../../experiment/input.ts';
import type { Card } from '../card.ts';
import type { DrillRecord } from '../record.ts';
import { BacklogFold, type HistoryEntry } from './backlog-fold.ts';
import type { BacklogChange, BacklogItem, BacklogSink } from './backlog-item.ts';
import { filedItem, raisedItem } from './file-item.ts';

export interface BacklogOptions {
  readonly sinks: readonly BacklogSink[];
  /** The ledger's entries, oldest first: what was open before stays open. See {@link drillEntries}. */
  readonly entries?: AsyncIterable<HistoryEntry> | Iterable<HistoryEntry>;
}

/**
 * What failed drills leave to be done. One item per card, target, environment and cause, however often it fails; a
 * passing drill of the same card closes it, and nothing else does.
 */
export class Backlog {
  readonly #parts: Pick<EngineParts, 'hub' | 'clock' | 'log'>;
  readonly #sinks: readonly BacklogSink[];
  readonly #fold: BacklogFold;
  readonly #undelivered = new Map<BacklogSink, BacklogChange[]>();
  #working: Promise<void> = Promise.resolve();

  constructor(parts: Pick<EngineParts, 'hub' | 'clock' | 'log'>, sinks: readonly BacklogSink[], fold: BacklogFold) {
    this.#parts = parts;
    this.#sinks = sinks;
    this.#fold = fold;
  }

  /** Open items, most urgent first. */
  get open(): readonly BacklogItem[] {
    return this.#fold.open.toSorted((a, b) => b.priority - a.priority);
  }

  /** Takes in what a drill showed. Resolves when every sink has it or has failed; failures are tried again next time. */
  after(record: DrillRecord, card: Card): Promise<void> {
    const done = this.#working.then(() => this.#take(record, card));
    this.#working = done.catch(() => undefined);
    return done;
  }

  async #take(record: DrillRecord, card: Card): Promise<void> {
    for (const change of this.#changes(record, card)) {
      this.#fold.put(change.item);
      this.#parts.hub.emit(`backlog:${change.kind}`, { item: change.item }, record.runId ?? undefined);
      for (const sink of this.#sinks) this.#queue(sink).push(change);
    }
    await Promise.all(this.#sinks.map((sink) => this.#deliver(sink)));
  }

  #changes(record: DrillRecord, card: Card): BacklogChange[] {
    const time = new Date(this.#parts.clock.wall()).toISOString();
    const own = this.#fold.open.filter((item) => isOf(item, record));
    if (record.outcome === 'passed') {
      return own.map((item) => {
        const closed = { ...item, state: 'closed' as const, updatedAt: time, drill: record.id, run: record.runId };
        return { kind: 'closed', item: closed };
      });
    }
    if (record.outcome !== 'failed') return [];
    const fresh = filedItem(record, card, time);
    const known = own.find(({ cause }) => cause === fresh.cause);
    return [known === undefined ? { kind: 'filed', item: fresh } : { kind: 'raised', item: raisedItem(known, fresh) }];
  }

  #queue(sink: BacklogSink): BacklogChange[] {
    const waiting = this.#undelivered.get(sink) ?? [];
    this.#undelivered.set(sink, waiting);
    return waiting;
  }

  /** In order: what cannot be told now keeps what comes after it waiting. */
  async #deliver(sink: BacklogSink): Promise<void> {
    const waiting = this.#queue(sink);
    for (let [change] = waiting; change !== undefined; [change] = waiting) {
      try {
        await sink.put(change);
      } catch (thrown) {
        const facts = { sink: sink.name, item: change.item.id, waiting: waiting.length, error: messageOf(thrown) };
        this.#parts.log.error(facts, 'a backlog item could not be handed over; it is tried again after the next drill');
        return;
      }
      waiting.shift();
    }
  }
}

/** Same cell; a null drill speaks of false alarms only, any other of everything else. */
function isOf(item: BacklogItem, record: DrillRecord): boolean {
  const isSameCell =
    item.card === record.card && item.target === record.target && item.environment === record.environment;
  return isSameCell && (item.cause === 'false-alarm') === (record.kind === 'null');
}

/** Opens the backlog of an engine, with what is still open from before. Rejects when a readable sink cannot be read. */
export async function openBacklog<const Ps extends Plugins>(
  engine: ChaosEngine<Ps>,
  { sinks, entries }: BacklogOptions,
): Promise<Backlog> {
  const fold = new BacklogFold();
  for await (const entry of entries ?? []) fold.add(entry);
  for (const sink of sinks) {
    for (const item of (await sink.items?.()) ?? []) fold.putNewer(item);
  }
  return new Backlog(partsOf(engine), sinks, fold);
}
