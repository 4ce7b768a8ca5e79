import { type Clock, freshSeed, messageOf, seededRandom, silentLogger, systemClock } from '@bridge/chaos-core';
import { EventFeed, type FeedEvent, type FeedListener } from '../event/event-feed.ts';
import type { SignalSink } from '../event/signal-sink.ts';
import type { Leadership, Standing } from '../leadership/leadership.ts';
import { soleLeadership } from '../leadership/sole-leadership.ts';
import { Bell } from './bell.ts';
import { dockerSource } from './docker/docker-source.ts';
import type { Care } from './patient.ts';
import type { Assessment } from './policy/failure.ts';
import { parseWatchPolicy, type WatchPolicy } from './policy/watch-policy.ts';
import { processSource } from './process/process-source.ts';
import { dockerStrays } from './stray/docker-strays.ts';
import { StraySweep } from './stray/stray-sweep.ts';
import { Tally, type WatchtowerCounts } from './tally.ts';
import { Ward } from './ward.ts';
import type { WatchSource } from './watch-source.ts';
import type { WatchedTarget } from './watched-target.ts';
import type { WatchtowerEvents } from './watchtower-events.ts';
import type { WatchTargets, WatchtowerOptions } from './watchtower-options.ts';

export interface WatchtowerStatus {
  readonly standing: Standing;
  readonly held: string | null;
  /** Wall clock, milliseconds; null before the first tick. A watchtower that stands still does not tick. */
  readonly lastTick: number | null;
  readonly sources: readonly { readonly kind: string; readonly connected: boolean }[];
  readonly targets: readonly {
    readonly target: WatchedTarget;
    readonly assessment: Assessment;
    readonly care: Care;
    /** Restarts within the window of the budget. */
    readonly restarts: number;
  }[];
  readonly counts: WatchtowerCounts;
}

/**
 * Brings back what has failed: as leader it restarts, as witness it observes and releases strays. Driven by the events
 * of its sources; a sweep is only the safety net. It knows nothing of faults that are injected.
 */
export class Watchtower implements AsyncDisposable {
  readonly #options: WatchtowerOptions;
  readonly #policy: WatchPolicy;
  readonly #clock: Clock;
  readonly #leadership: Leadership;
  readonly #feed: EventFeed<WatchtowerEvents>;
  readonly #bell = new Bell();
  readonly #end = new AbortController();
  readonly #ward: Ward;
  readonly #strays: StraySweep | undefined;
  readonly #sources: readonly WatchSource[];
  readonly #connected = new Map<WatchSource, boolean>();
  readonly #firstSweeps = new Map<WatchSource, PromiseWithResolvers<void>>();
  readonly #tally = new Tally();
  readonly #listening: Disposable[] = [];
  #working: Promise<unknown> = Promise.resolve();
  #held: string | undefined;
  #lastTick: number | null = null;

  /** Checks the options; touches nothing. Throws `CHAOS_WATCHTOWER_INVALID`. */
  constructor(options: WatchtowerOptions = {}) {
    const { clock = systemClock, log = silentLogger, leadership = soleLeadership(), targets = {}, strays } = options;
    this.#options = options;
    this.#policy = parseWatchPolicy(options.policy ?? {});
    this.#clock = clock;
    this.#leadership = leadership;
    this.#feed = new EventFeed(clock, log);
    this.#sources = sourcesOf(targets);
    const { signal } = this.#end;
    const random = seededRandom(options.seed ?? freshSeed());
    const held = (): string | undefined => this.#held;
    const shared = { policy: this.#policy, clock, random, log, feed: this.#feed, leadership, bell: this.#bell };
    this.#ward = new Ward({ ...shared, signal, probeFor: options.probe, graph: options.graph, held });
    this.#feed.on((event) => this.#tally.count(event));
    if (strays === undefined || targets.docker === false) return;
    const source = dockerStrays(targets.docker?.host);
    this.#strays = new StraySweep(strays, { source, policy: this.#policy.strays, feed: this.#feed, clock });
  }

  /** Starts to watch and returns at once: a source that does not answer makes it inert, not an error. */
  start(): this {
    const { signals } = this.#options;
    if (!isEnabled(this.#options.enabled)) {
      const remedy = 'give enabled: true, or take CHAOS_RECOVERY_ENABLED away';
      this.#feed.emit('watchtower:inert', { source: 'all', reason: 'it is switched off', remedy });
      return this;
    }
    if (signals !== undefined) this.#listening.push(this.#feed.on((event) => tell(event, signals)));
    this.#listening.push(this.#leadership.onChange((standing) => this.#roleChanged(standing)));
    this.#roleChanged(this.#leadership.standing);
    this.#working = Promise.all([...this.#sources.map((source) => this.#watch(source)), this.#beat()]);
    return this;
  }

  /** Calls back on every event until disposed. */
  on(listener: FeedListener<WatchtowerEvents>): Disposable {
    return this.#feed.on(listener);
  }

  /** The last 1,000 events, oldest first. */
  get recent(): readonly FeedEvent<WatchtowerEvents>[] {
    return this.#feed.recent;
  }

  get status(): WatchtowerStatus {
    return {
      standing: this.#leadership.standing,
      held: this.#held ?? null,
      lastTick: this.#lastTick,
      sources: this.#sources.map((source) => ({
        kind: source.kind,
        connected: this.#connected.get(source) ?? false,
      })),
      targets: this.#ward.patients.map(({ target, assessment, care, restarts }) => ({
        target,
        assessment,
        care,
        restarts: restarts.at(this.#clock.now()),
      })),
      counts: this.#tally.counts,
    };
  }

  /** The lever: from now on nothing is restarted or released, until {@link unhold}. Failures are still told. */
  hold(reason: string, actor: string | null = null): void {
    this.#held = reason;
    this.#feed.emit('watchtower:held', { reason, actor });
  }

  unhold(reason: string, actor: string | null = null): void {
    this.#held = undefined;
    this.#feed.emit('watchtower:unheld', { reason, actor });
    this.#bell.ring();
  }

  /** Lets a target that was given up be tried again. False when none of this name was. */
  reset(name: string, { actor, reason }: { readonly actor: string; readonly reason: string }): boolean {
    const patient = this.#ward.reset(name);
    if (patient !== undefined) this.#feed.emit('watchtower:reset', { target: patient.target, actor, reason });
    return patient !== undefined;
  }

  /** The common cause of a storm was dealt with: its members may be restarted again. */
  releaseStorm(group: string): void {
    this.#ward.releaseStorm(group);
  }

  /** Stops watching and what is under way. Leadership is not given up: whoever made it closes it. */
  async close(): Promise<void> {
    this.#end.abort(new DOMException('the watchtower was closed', 'AbortError'));
    for (const listening of this.#listening.splice(0)) listening[Symbol.dispose]();
    await this.#working;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #watch(source: WatchSource): Promise<void> {
    this.#firstSweeps.set(source, Promise.withResolvers());
    const listener = {
      // Before the first sweep there is nothing to compare with; it comes once the sweep is done.
      changed: (id: string, at: number): void => {
        void (this.#firstSweeps.get(source)?.promise ?? Promise.resolve()).then(() =>
          this.#ward.changed(source, id, at),
        );
      },
      connected: (): void => {
        if (this.#connected.get(source) !== true) this.#feed.emit('watchtower:active', { source: source.kind });
        this.#connected.set(source, true);
        void this.#sweep(source);
      },
      disconnected: (reason: string, remedy: string): void => {
        if (this.#connected.get(source) !== false) {
          this.#feed.emit('watchtower:inert', { source: source.kind, reason, remedy });
        }
        this.#connected.set(source, false);
      },
    };
    try {
      await source.watch(listener, this.#ward.context);
    } catch (error) {
      listener.disconnected(messageOf(error), 'see the reason; the watchtower has to be started again');
    }
  }

  /** The heartbeat: nothing here may stop it but the end. */
  async #beat(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      this.#lastTick = this.#clock.wall();
      await this.#clock.sleep(this.#policy.sweep, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      for (const source of this.#sources) if (this.#connected.get(source) === true) void this.#sweep(source);
      void this.#sweepStrays();
    }
  }

  async #sweep(source: WatchSource): Promise<void> {
    const first = this.#firstSweeps.get(source);
    try {
      await this.#ward.sweep(source, first !== undefined && this.#policy.dryRunFirst);
      this.#firstSweeps.delete(source);
      first?.resolve();
    } catch (error) {
      this.#trouble(`look at every ${source.kind}`, error);
    }
  }

  async #sweepStrays(): Promise<void> {
    if (this.#held !== undefined) return;
    try {
      await this.#strays?.sweep(this.#leadership.standing, this.#ward.context);
    } catch (error) {
      this.#trouble('look for strays', error);
    }
  }

  #roleChanged(standing: Standing): void {
    const term = standing.role === 'unknown' || standing.term === null ? null : String(standing.term);
    this.#feed.emit('watchtower:role', { role: standing.role, term });
    this.#bell.ring();
  }

  #trouble(doing: string, error: unknown): void {
    if (!this.#end.signal.aborted) this.#feed.emit('watchtower:trouble', { doing, reason: messageOf(error) });
  }
}

/** A watchtower that watches from now on. Inert, with an event that says why, where there is nothing to watch. */
export function watchtower(options: WatchtowerOptions = {}): Watchtower {
  return new Watchtower(options).start();
}

function sourcesOf({ docker = {}, processes = [], sources = [] }: WatchTargets): readonly WatchSource[] {
  return [
    ...(docker === false ? [] : [dockerSource(docker)]),
    ...(processes.length === 0 ? [] : [processSource(processes)]),
    ...sources,
  ];
}

function isEnabled(option: boolean | undefined): boolean {
  return option ?? !['false', '0'].includes(process.env['CHAOS_RECOVERY_ENABLED'] ?? '');
}

function tell({ type, data }: FeedEvent<WatchtowerEvents>, signals: SignalSink): void {
  if (type === 'watchtower:detected' && data.role === 'leader') {
    const { target, cause, detail } = data;
    signals.signal({ kind: 'trigger', name: 'watchtower', data: { target: target.name, cause, detail } });
  }
  if (type === 'watchtower:restarting') {
    const { target, attempt } = data;
    signals.signal({ kind: 'playbook', name: 'watchtower.restart', data: { target: target.name, attempt } });
  }
}
