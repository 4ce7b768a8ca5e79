import { ChaosError, messageOf } from '../errors.ts';
import { freshId } from '../random.ts';
import type { Calendar } from './calendar.ts';
import type { DeedOrder, DeedResult } from './deed.ts';
import type { LeadingReplica } from './leadership.ts';
import { Metronome } from './metronome.ts';
import type { OpeningHours } from './opening-hours.ts';
import type { Choice, Picker, Picking, Tick } from './picker.ts';
import type { SkipReason } from './schedule-events.ts';
import type { ScheduleHost } from './schedule-host.ts';
import type { ScheduleState } from './schedule-state.ts';

export interface ScheduleOptions {
  readonly host: ScheduleHost;
  readonly name: string;
  readonly seed: number;
  readonly enabled: boolean;
  readonly calendar: Calendar;
  readonly picker: Picker;
  readonly hours: OpeningHours;
  readonly replica: LeadingReplica;
  /** Milliseconds. */
  readonly grace: number;
  /** The schedule or the run that it repeats. */
  readonly replays?: string;
  /** When it began. Default: now. */
  readonly since?: number;
  /** Default `schedule <name>`. */
  readonly actor?: string | undefined;
}

/** How often what happened at a tick. */
export interface ScheduleCounts {
  readonly ticks: number;
  readonly picked: number;
  readonly skipped: number;
}

/** A schedule of an engine. It ends with `drain()`, `stop()`, `engine.close()`, or when there is no tick any more. */
export class ScheduleHandle implements AsyncDisposable {
  /** Also the `runId` of its events; what `engine.replay` takes. */
  readonly id: string = freshId('schedule');
  readonly name: string;
  readonly seed: number;
  /** Resolves with the reason when it has ended and nothing of it is under way. */
  readonly ended: Promise<string>;
  readonly #options: ScheduleOptions;
  readonly #metronome: Metronome;
  readonly #begun: number;
  readonly #stop = new AbortController();
  readonly #end = Promise.withResolvers<string>();
  #state: ScheduleState = { phase: 'off' };
  #underWay: Promise<void> | undefined;
  #active: readonly string[] = [];
  #counts: ScheduleCounts = { ticks: 0, picked: 0, skipped: 0 };
  #knowsPast = false;
  /** How often it was told to begin nothing more. Its own end by the calendar, after which the last tick is used, is none. */
  #halts = 0;

  constructor(options: ScheduleOptions) {
    const { host, name, seed, calendar, grace, picker, replays = null, since } = options;
    this.#options = options;
    this.name = name;
    this.seed = seed;
    this.ended = this.#end.promise;
    this.#begun = since ?? host.clock.wall();
    this.#metronome = new Metronome({
      clock: host.clock,
      calendar,
      grace,
      since,
      onTick: (due) => this.#tick({ due, spacing: () => due - (calendar.latest(due - 1) ?? this.#begun) }),
      onMissed: (first, last) => this.#missed(first, last),
      onOver: () => void this.#drain('there is no tick any more'),
    });
    const deeds = picker.deeds.map((deed) => deed.name);
    const started = { schedule: name, seed, mode: picker.mode, when: calendar.text, deeds, replays };
    host.emit('schedule:started', started, this.id);
    if (options.enabled) this.resume('enabled');
  }

  get state(): ScheduleState {
    const { next } = this.#metronome;
    if (this.#state.phase !== 'running') return this.#state;
    return { phase: 'running', next: next === undefined ? null : rfc3339(next) };
  }

  /** Names of the deeds under way. */
  get active(): readonly string[] {
    return this.#active;
  }

  get counts(): ScheduleCounts {
    return this.#counts;
  }

  /** Begins nothing until `resume()`; what is under way goes on. Its ticks are not made up for. */
  pause(reason = 'requested'): void {
    if (this.#state.phase !== 'running') return;
    this.#metronome.stop();
    this.#halts += 1;
    this.#become({ phase: 'paused', reason });
  }

  /** Goes on after `pause()`, or turns on what was off. Throws `CHAOS_SCHEDULE_ENDED` after `drain()` and `stop()`. */
  resume(reason = 'requested'): void {
    const { phase } = this.#state;
    if (phase === 'running') return;
    if (phase !== 'off' && phase !== 'paused') {
      throw new ChaosError('CHAOS_SCHEDULE_ENDED', `schedule "${this.name}" is ${phase}; hand the engine a new one`);
    }
    this.#become({ phase: 'running', next: null }, reason);
    this.#metronome.start();
  }

  /** Begins nothing any more, lets what is under way come to its end, and ends. */
  async drain(reason = 'requested'): Promise<void> {
    this.#halts += 1;
    await this.#drain(reason);
  }

  async #drain(reason: string): Promise<void> {
    if (this.#isOpen()) {
      this.#metronome.stop();
      this.#become({ phase: 'draining', reason });
      void this.#finish();
    }
    await this.ended;
  }

  /** Begins nothing any more, stops and reverts what is under way, and ends. */
  async stop(reason = 'requested'): Promise<void> {
    if (this.#isOpen() || this.#state.phase === 'draining') {
      this.#metronome.stop();
      const wasDraining = this.#state.phase === 'draining';
      this.#become({ phase: 'stopping', reason });
      this.#stop.abort(new ChaosError('CHAOS_RUN_ABORTED', `schedule "${this.name}" was stopped: ${reason}`));
      if (!wasDraining) void this.#finish();
    }
    await this.ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #isOpen(): boolean {
    return ['off', 'running', 'paused'].includes(this.#state.phase);
  }

  async #finish(): Promise<void> {
    await this.#underWay;
    const reason = 'reason' in this.#state ? this.#state.reason : 'requested';
    this.#become({ phase: 'ended', reason });
    this.#end.resolve(reason);
  }

  #become(state: ScheduleState, why?: string): void {
    const from = this.#state.phase;
    this.#state = state;
    const reason = why ?? ('reason' in state ? state.reason : 'requested');
    const change = { schedule: this.name, from, to: state.phase, reason };
    this.#options.host.emit('schedule:changed', change, this.id);
  }

  #tick(tick: Tick): void {
    const { host, replica, hours, picker } = this.#options;
    this.#count('ticks');
    const standing = replica.look();
    if (standing === 'new-leader') this.#knowsPast = false;
    // The coin first: it costs less than the calendar of the windows.
    if (standing === 'following' || !picker.wants(tick) || !hours.isOpen(host.clock.wall())) return;
    const hindrance = picker.mode === 'safe' ? undefined : host.hindrance();
    if (hindrance !== undefined) this.#skip(tick.due, 'stopped', hindrance);
    else if (this.#underWay !== undefined) this.#skip(tick.due, 'busy', `still under way: ${this.#doing}`);
    else {
      this.#underWay = this.#use(tick).finally(() => {
        this.#active = [];
        this.#underWay = undefined;
      });
    }
  }

  get #doing(): string {
    return this.#active.length === 0 ? 'choosing' : this.#active.join(', ');
  }

  async #use(tick: Tick): Promise<void> {
    const signal = this.#signal();
    const halts = this.#halts;
    try {
      const picking = await this.#pick(tick, signal);
      if (picking.picked && halts !== this.#halts) this.#skip(tick.due, 'stopped', `it is ${this.#state.phase}`);
      else if (picking.picked) await this.#begin(tick, picking.choices, signal);
      else this.#skip(tick.due, picking.reason, picking.detail);
    } catch (thrown) {
      this.#skip(tick.due, 'not-ready', messageOf(thrown));
    }
  }

  async #pick(tick: Tick, signal: AbortSignal): Promise<Picking> {
    const { host, picker, replica } = this.#options;
    if (!this.#knowsPast) await picker.remember?.();
    this.#knowsPast = true;
    const key = `${this.name}/${rfc3339(tick.due)}`;
    const taken = await replica.claim(key, `what schedule ${this.name} does at ${rfc3339(tick.due)}`);
    if (taken !== undefined) return { picked: false, reason: 'claimed', detail: taken };
    const picking = await picker.pick(tick, { host, actor: this.#actor, signal });
    const reason = picking.picked ? this.#unfit(picking.choices) : undefined;
    if (reason !== undefined) return { picked: false, reason: 'window', detail: reason };
    if (signal.aborted) return { picked: false, reason: 'stopped', detail: messageOf(signal.reason) };
    return picking;
  }

  #unfit(choices: readonly Choice[]): string | undefined {
    const now = this.#options.host.clock.wall();
    return this.#options.hours.obstacle(now, now + Math.max(...choices.map(({ lasts }) => lasts)));
  }

  async #begin(tick: Tick, choices: readonly Choice[], signal: AbortSignal): Promise<void> {
    const { host, picker } = this.#options;
    const { mode } = picker;
    const at = this.#place(tick.due);
    this.#count('picked');
    host.emit('schedule:picked', { ...at, mode, deeds: choices.map(({ record }) => record) }, this.id);
    picker.begun?.(tick, choices);
    if (mode === 'safe') return;
    this.#active = choices.map(({ record }) => record.name);
    const from = host.clock.now();
    const outcomes = await Promise.all(
      choices.map(async ({ deed, record }) => {
        const order = { seed: record.seed, why: record.why, actor: this.#actor, signal };
        return { deed: record.name, ...(await performed(() => deed.perform(host, order))) };
      }),
    );
    host.emit('schedule:done', { ...at, took: host.clock.now() - from, outcomes }, this.id);
    picker.done?.(outcomes);
  }

  #missed(first: number, last: number): void {
    if (!this.#options.hours.isOpen(first) || !this.#options.replica.leads) return;
    const detail = `nothing looked at the ticks from ${rfc3339(first)} to ${rfc3339(last)}`;
    this.#skip(first, 'missed', detail);
  }

  #skip(due: number, reason: SkipReason, detail: string): void {
    this.#count('skipped');
    this.#options.host.emit('schedule:skipped', { ...this.#place(due), reason, detail }, this.id);
  }

  #signal(): AbortSignal {
    const { signal } = this.#options.replica;
    return signal === undefined ? this.#stop.signal : AbortSignal.any([this.#stop.signal, signal]);
  }

  get #actor(): DeedOrder['actor'] {
    return this.#options.actor ?? `schedule ${this.name}`;
  }

  #place(due: number) {
    return { schedule: this.name, due: rfc3339(due), offset: due - this.#begun };
  }

  #count(what: keyof ScheduleCounts): void {
    this.#counts = { ...this.#counts, [what]: this.#counts[what] + 1 };
  }
}

/** A deed that cannot be done ends its pick, not the schedule. */
async function performed(perform: () => Promise<DeedResult>): Promise<DeedResult> {
  try {
    return await perform();
  } catch (thrown) {
    return { outcome: 'inconclusive', detail: messageOf(thrown), runs: [] };
  }
}

function rfc3339(at: number): string {
  return new Date(at).toISOString();
}
