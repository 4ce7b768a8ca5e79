import { type Clock, type Logger, messageOf, silentLogger, systemClock } from '@bridge/chaos-core';
import { EventFeed, type FeedEvent, type FeedListener } from '../event/event-feed.ts';
import type { SignalSink } from '../event/signal-sink.ts';
import type { IncidentSignal } from '../playbook/incident-signal.ts';
import type { Handled } from '../playbook/playbook-engine.ts';
import { Alarm } from './alarm.ts';
import { lookInTime } from './look-in-time.ts';
import type { Look, Trigger } from './trigger.ts';

export interface TriggerEvents {
  'trigger:fired': { readonly signal: IncidentSignal; readonly detail: string; readonly again: boolean };
  'trigger:cleared': { readonly trigger: string; readonly group: string };
  /** It cannot look. Told when that begins, not for every look. */
  'trigger:blind': { readonly trigger: string; readonly reason: string };
  'trigger:trouble': { readonly trigger: string; readonly reason: string };
}

export interface TriggerMonitorOptions {
  readonly triggers: readonly Trigger[];
  /** Gets every alarm: the playbook engine. */
  readonly handler?: { handle(signal: IncidentSignal): Promise<Handled> };
  /** Hears of every alarm, so that reports can tell when the system noticed: the chaos engine. */
  readonly signals?: SignalSink;
  readonly clock?: Clock;
  readonly log?: Logger;
}

/** Looks with every trigger, all the time, until it is closed. */
export class TriggerMonitor implements AsyncDisposable {
  readonly #options: TriggerMonitorOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #feed: EventFeed<TriggerEvents>;
  readonly #end = new AbortController();
  readonly #alarms = new Map<string, Alarm>();
  readonly #working: Promise<unknown>;

  constructor(options: TriggerMonitorOptions) {
    const { clock = systemClock, log = silentLogger } = options;
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    this.#feed = new EventFeed(clock, log);
    this.#working = Promise.all(options.triggers.map((trigger) => this.#watch(trigger)));
  }

  on(listener: FeedListener<TriggerEvents>): Disposable {
    return this.#feed.on(listener);
  }

  /** The last 1,000 events, oldest first. */
  get recent(): readonly FeedEvent<TriggerEvents>[] {
    return this.#feed.recent;
  }

  /** Names of the triggers whose alarm lasts. */
  get firing(): readonly string[] {
    return [...this.#alarms].filter(([, alarm]) => alarm.isFiring).map(([name]) => name);
  }

  async close(): Promise<void> {
    this.#end.abort(new DOMException('the trigger monitor was closed', 'AbortError'));
    await this.#working;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #watch(trigger: Trigger): Promise<void> {
    const { signal } = this.#end;
    const context = { clock: this.#clock, log: this.#log };
    const alarm = new Alarm(trigger);
    this.#alarms.set(trigger.name, alarm);
    let blind = false;
    try {
      const detector = await trigger.detector(context);
      try {
        while (!signal.aborted) {
          const look = await lookInTime(detector, trigger, context, signal);
          if (look.is === 'unknown' && !blind) {
            this.#feed.emit('trigger:blind', { trigger: trigger.name, reason: look.detail });
          }
          blind = look.is === 'unknown';
          this.#took(trigger, alarm, look);
          await this.#clock.sleep(trigger.every, { signal, ref: false });
        }
      } finally {
        await detector.close?.();
      }
    } catch (error) {
      if (!signal.aborted) this.#feed.emit('trigger:trouble', { trigger: trigger.name, reason: messageOf(error) });
    }
  }

  #took(trigger: Trigger, alarm: Alarm, look: Look): void {
    const { name, group, cause } = trigger;
    const change = alarm.take(look, this.#clock.now());
    if (change.is === 'cleared') this.#feed.emit('trigger:cleared', { trigger: name, group });
    if (change.is !== 'fired') return;
    const { detail, data = {} } = change.look;
    const severity = trigger.severityOf(change.look);
    const signal = { trigger: name, group, cause, severity, data: { ...data, detail } };
    this.#feed.emit('trigger:fired', { signal, detail, again: change.again });
    this.#options.signals?.signal({ kind: 'trigger', name, data: { group, cause, detail } });
    this.#options.handler?.handle(signal).catch((error: unknown) => {
      this.#feed.emit('trigger:trouble', { trigger: name, reason: messageOf(error) });
    });
  }
}

/** Looks with these triggers from now on. */
export function triggers(options: TriggerMonitorOptions): TriggerMonitor {
  return new TriggerMonitor(options);
}
