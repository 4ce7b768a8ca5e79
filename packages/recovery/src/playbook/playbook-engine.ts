import {
  type Clock,
  freshId,
  freshSeed,
  type Logger,
  messageOf,
  seededRandom,
  silentLogger,
  systemClock,
  unlessAborted,
} from '@bridge/chaos-core';
import type { Action } from '../action/action.ts';
import { ActionRegistry } from '../action/action-registry.ts';
import { EventFeed, type FeedEvent, type FeedListener } from '../event/event-feed.ts';
import type { SignalSink } from '../event/signal-sink.ts';
import type { Leadership } from '../leadership/leadership.ts';
import { soleLeadership } from '../leadership/sole-leadership.ts';
import { checkActions } from './check-actions.ts';
import { type BreakerRule, CircuitBreaker } from './circuit-breaker.ts';
import { fingerprint, type IncidentSignal } from './incident-signal.ts';
import { answers, type Playbook, playbookVersion } from './playbook.ts';
import type { PlaybookEvents, Refusal } from './playbook-events.ts';
import { JournalRetention, type JournalRetentionInput, removeJournals } from './run/journal-retention.ts';
import { PlaybookRun } from './run/playbook-run.ts';
import { type RunJournal, RunJournals } from './run/run-journal.ts';
import type { ApprovePlaybook, RunParts } from './run/run-parts.ts';
import type { RecordOf } from './run/run-record.ts';
import { RunState } from './run/run-state.ts';
import { StepExecution } from './run/step-execution.ts';
import { RunHistory } from './run-history.ts';
import type { Outcome } from './severity.ts';

export interface PlaybookEngineOptions {
  readonly playbooks: readonly Playbook[];
  /** Which of those that answer to a signal is run, if any. Default: the first. See {@link chooseByTemplates}. */
  readonly choose?: ChoosePlaybook;
  readonly actions: readonly Action[];
  /** Where the journals of runs are kept. One engine per folder. */
  readonly folder: string;
  /** Journals of runs that ended: the newest 1,000, for 90 days; those that cool-downs and escalation count stay anyway. */
  readonly keep?: JournalRetentionInput;
  readonly leadership?: Leadership;
  /** Without it, runs that need an approval are not approved. */
  readonly approve?: ApprovePlaybook;
  /** Hears of runs and tasks: the chaos engine. */
  readonly signals?: SignalSink;
  /** Default: open after 3 failures in a row, for 60 s. */
  readonly breaker?: BreakerRule;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** For the jitter between attempts. */
  readonly seed?: number;
}

export type ChoosePlaybook = (signal: IncidentSignal, candidates: readonly Playbook[]) => Playbook | undefined;

export type Handled =
  /** `attached`: the run was under way already. The outcome rejects when the engine is closed before the run has ended. */
  | { readonly accepted: true; readonly run: string; readonly attached: boolean; readonly outcome: Promise<Outcome> }
  | { readonly accepted: false; readonly reason: Refusal };

interface Active {
  readonly run: string;
  readonly playbook: string;
  readonly abort: AbortController;
  readonly outcome: Promise<Outcome>;
}

/** Answers signals with playbooks: one run at a time for each trouble, durable, resumable, and never without end. */
export class PlaybookEngine implements AsyncDisposable {
  readonly #options: PlaybookEngineOptions;
  readonly #parts: RunParts;
  readonly #journals: RunJournals;
  readonly #history = new RunHistory();
  readonly #retention: JournalRetention;
  readonly #active = new Map<string, Active>();
  readonly #end = new AbortController();
  #held: string | undefined;
  #pruning: Promise<void> = Promise.resolve();

  /** Checks that every playbook's actions exist. Throws `CHAOS_ACTION_UNKNOWN`, `CHAOS_PLAYBOOK_INVALID`. */
  constructor(options: PlaybookEngineOptions) {
    const { clock = systemClock, log = silentLogger, leadership = soleLeadership(), approve, signals } = options;
    const { breaker = { failures: 3, openFor: 60_000 }, seed = freshSeed() } = options;
    this.#options = options;
    this.#journals = new RunJournals(options.folder);
    const memory = options.playbooks.map(({ coolDown, escalate }) => Math.max(coolDown, escalate.per));
    this.#retention = new JournalRetention(options.keep ?? {}, Math.max(0, ...memory));
    this.#parts = {
      actions: new ActionRegistry(options.actions),
      clock,
      log,
      random: seededRandom(seed),
      feed: new EventFeed(clock, log),
      breaker: new CircuitBreaker(breaker),
      leadership,
      signals,
      approve,
    };
    for (const playbook of options.playbooks) checkActions(playbook, this.#parts.actions);
  }

  /** Reads what there was, and goes on with every run that has not ended. */
  async start(): Promise<this> {
    const { feed } = this.#parts;
    for (const { run, records } of await this.#journals.read()) {
      const [began] = records;
      if (began?.what !== 'began') continue;
      const ended = records.findLast((record) => record.what === 'ended');
      if (ended !== undefined) {
        this.#history.ended(fingerprint(began.signal), { outcome: ended.outcome, at: ended.at });
        this.#retention.ended({ run, at: ended.at });
        continue;
      }
      feed.emit('playbook:resumed', { run, playbook: began.playbook });
      this.#track(began, await this.#journals.resume(run));
    }
    await removeJournals(this.#journals, this.#retention.due(this.#parts.clock.wall()), feed);
    return this;
  }

  on(listener: FeedListener<PlaybookEvents>): Disposable {
    return this.#parts.feed.on(listener);
  }

  /** The last 1,000 events, oldest first. */
  get recent(): readonly FeedEvent<PlaybookEvents>[] {
    return this.#parts.feed.recent;
  }

  get active(): readonly { readonly run: string; readonly playbook: string }[] {
    return [...this.#active.values()].map(({ run, playbook }) => ({ run, playbook }));
  }

  /** Why nothing is done automatically; undefined while it is. */
  get held(): string | undefined {
    return this.#held;
  }

  /** The playbook that answers to this signal, whether or not it may be run now. */
  chosenFor(signal: IncidentSignal): Playbook | undefined {
    const candidates = this.#options.playbooks.filter((one) => answers(one, signal));
    const { choose } = this.#options;
    return choose === undefined ? candidates[0] : choose(signal, candidates);
  }

  /** Answers a signal. Resolves once the run is on disk, or refused. */
  async handle(signal: IncidentSignal): Promise<Handled> {
    const { feed, clock } = this.#parts;
    const print = fingerprint(signal);
    const active = this.#active.get(print);
    if (active !== undefined) {
      const { run, playbook, outcome } = active;
      feed.emit('playbook:attached', { run, playbook, signal });
      return { accepted: true, run, attached: true, outcome };
    }
    const playbook = this.chosenFor(signal);
    const reason = this.#refusal(playbook, print);
    if (playbook === undefined || reason !== undefined) {
      feed.emit('playbook:refused', { signal, reason: reason ?? 'no-playbook' });
      return { accepted: false, reason: reason ?? 'no-playbook' };
    }
    const run = `${new Date(clock.wall()).toISOString().replaceAll(/[:.]/g, '-')}-${freshId('run')}`;
    const began = {
      what: 'began',
      run,
      playbook: playbook.name,
      version: playbookVersion(playbook),
      signal,
      at: clock.wall(),
    } as const;
    const created = this.#create(began);
    // Known before it is on disk: a second signal in the meantime attaches to it.
    const tracked = this.#follow(began, created);
    await created;
    feed.emit('playbook:started', { run, playbook: playbook.name, signal });
    return { accepted: true, run, attached: false, outcome: tracked.outcome };
  }

  /** The lever: no automated action from now on. Runs under way are aborted, and what they did is put back. */
  hold(reason: string): void {
    this.#held = reason;
    for (const { abort } of this.#active.values()) abort.abort(new Error(reason));
  }

  unhold(): void {
    this.#held = undefined;
  }

  /** Lets a fingerprint be dealt with again that was blocked because runs did not help. */
  unblock(signal: Pick<IncidentSignal, 'trigger' | 'group' | 'cause'>): void {
    this.#history.unblock(fingerprint({ ...signal, severity: 'minor', data: {} }));
  }

  /** Aborts the run: what it did is put back. */
  abort(run: string, reason: string): void {
    const active = [...this.#active.values()].find((one) => one.run === run);
    active?.abort.abort(new Error(reason));
  }

  /** Leaves every run where it is; the next start goes on with it. */
  async close(): Promise<void> {
    this.#end.abort(new DOMException('the playbook engine was closed', 'AbortError'));
    await Promise.allSettled([...this.#active.values()].map(({ outcome }) => outcome));
    await this.#pruning;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #refusal(playbook: Playbook | undefined, print: string): Refusal | undefined {
    if (playbook === undefined) return 'no-playbook';
    if (this.#held !== undefined) return 'held';
    if (this.#parts.leadership.standing.role !== 'leader') return 'not-leader';
    if (this.#history.isBlocked(print)) return 'blocked';
    const since = this.#history.sinceLast(print, this.#parts.clock.wall());
    return since < playbook.coolDown ? 'cool-down' : undefined;
  }

  async #create(began: RecordOf<'began'>): Promise<RunJournal> {
    const journal = await this.#journals.create(began.run);
    await journal.write(began);
    return journal;
  }

  #track(began: RecordOf<'began'>, journal: RunJournal): void {
    this.#follow(began, Promise.resolve(journal));
  }

  #follow(began: RecordOf<'began'>, journal: Promise<RunJournal>): Active {
    const print = fingerprint(began.signal);
    const abort = new AbortController();
    const outcome = this.#perform(began, journal, abort.signal).finally(() => this.#active.delete(print));
    const active = { run: began.run, playbook: began.playbook, abort, outcome };
    this.#active.set(print, active);
    outcome.then(
      (how) => this.#ended(began.run, print, how),
      (error: unknown) => {
        const { run, playbook } = began;
        this.#parts.feed.emit('playbook:suspended', { run, playbook, reason: messageOf(error) });
      },
    );
    return active;
  }

  /** Goes on under each term of this replica until the run has ended. Rejects when the engine is closed. */
  async #perform(began: RecordOf<'began'>, pending: Promise<RunJournal>, abort: AbortSignal): Promise<Outcome> {
    const { feed } = this.#parts;
    const { run, playbook } = began;
    await using journal = await pending;
    let term = await this.#term();
    for (;;) {
      try {
        return await this.#goOn(began, journal, AbortSignal.any([this.#end.signal, term]), abort);
      } catch (error) {
        if (this.#end.signal.aborted || !term.aborted) throw error;
        feed.emit('playbook:suspended', { run, playbook, reason: messageOf(error) });
      }
      term = await this.#term();
      feed.emit('playbook:resumed', { run, playbook });
    }
  }

  /** The signal of the term in which this replica acts, once there is one. */
  async #term(): Promise<AbortSignal> {
    const { leadership } = this.#parts;
    const { signal } = this.#end;
    for (;;) {
      signal.throwIfAborted();
      const { standing } = leadership;
      if (standing.role === 'leader' && !standing.signal.aborted) return standing.signal;
      const changed = Promise.withResolvers<void>();
      using _listening = leadership.onChange(() => changed.resolve());
      await unlessAborted(changed.promise, signal);
    }
  }

  async #goOn(
    began: RecordOf<'began'>,
    journal: RunJournal,
    suspend: AbortSignal,
    abort: AbortSignal,
  ): Promise<Outcome> {
    const playbook = this.#options.playbooks.find(({ name }) => name === began.playbook);
    if (playbook !== undefined && playbookVersion(playbook) === began.version) {
      return await new PlaybookRun(this.#parts, playbook, journal, began).run(suspend, abort);
    }
    return await this.#withdraw(began, journal, suspend);
  }

  /** The playbook is another one now, or gone: what the run did is put back, by what its journal says. */
  async #withdraw(began: RecordOf<'began'>, journal: RunJournal, suspend: AbortSignal): Promise<Outcome> {
    const reason = 'the playbook was changed while the run was suspended';
    const { run, playbook } = began;
    if (!new RunState(() => journal.records).isJudged) {
      await journal.write({ what: 'judged', outcome: 'aborted', reason, findings: [] });
    }
    await new StepExecution(this.#parts, journal, began).compensate([], suspend);
    await journal.write({ what: 'ended', outcome: 'aborted', at: this.#parts.clock.wall() });
    this.#parts.feed.emit('playbook:ended', { run, playbook, outcome: 'aborted', reason });
    return 'aborted';
  }

  #ended(run: string, print: string, outcome: Outcome): void {
    const { clock, feed } = this.#parts;
    this.#history.ended(print, { outcome, at: clock.wall() });
    this.#retention.ended({ run, at: clock.wall() });
    const due = this.#retention.due(clock.wall());
    this.#pruning = this.#pruning.then(() => removeJournals(this.#journals, due, feed));
    const playbook = this.#options.playbooks.find((one) => answers(one, printParts(print)));
    if (playbook === undefined) return;
    const runs = this.#history.unhelpful(print, clock.wall(), playbook.escalate.per);
    if (runs < playbook.escalate.runs || this.#history.isBlocked(print)) return;
    this.#history.block(print);
    feed.emit('playbook:escalated', { fingerprint: print, runs });
  }
}

/** An engine that answers signals from now on, unfinished runs of a former life first. */
export async function playbooks(options: PlaybookEngineOptions): Promise<PlaybookEngine> {
  return await new PlaybookEngine(options).start();
}

function printParts(print: string): { trigger: string; group: string } {
  const [trigger, group]: unknown[] = JSON.parse(print);
  return { trigger: String(trigger), group: String(group) };
}
