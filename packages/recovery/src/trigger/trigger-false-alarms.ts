import { type Clock, type Logger, silentLogger, systemClock } from '@bridge/chaos-core';
import type { Interval } from '../statistics/interval.ts';
import { wilson } from '../statistics/wilson.ts';
import { Alarm } from './alarm.ts';
import { lookInTime } from './look-in-time.ts';
import type { Trigger } from './trigger.ts';

export interface TriggerFalseAlarms {
  /** Spans without a fault that were looked at. */
  readonly runs: number;
  /** Spans in which it fired. */
  readonly alarms: number;
  readonly rate: number;
  /** Wilson, 95 %. */
  readonly interval: Interval;
  /** Looks that could not look. */
  readonly unknown: number;
}

export interface TriggerFalseAlarmOptions {
  /** Spans to look at. Default 30. */
  readonly runs?: number;
  /** Looks in each. Default 20. */
  readonly looks?: number;
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly signal?: AbortSignal;
}

const NEVER = new AbortController().signal;

/** How often a trigger fires while nothing is wrong: run it on a system without faults. */
export async function triggerFalseAlarms(
  trigger: Trigger,
  { runs = 30, looks = 20, clock = systemClock, log = silentLogger, signal = NEVER }: TriggerFalseAlarmOptions = {},
): Promise<TriggerFalseAlarms> {
  const detector = await trigger.detector({ clock, log });
  let alarms = 0;
  let unknown = 0;
  try {
    for (let run = 0; run < runs; run += 1) {
      const alarm = new Alarm(trigger);
      let fired = false;
      for (let count = 0; count < looks; count += 1) {
        const look = await lookInTime(detector, trigger, { clock }, signal);
        if (look.is === 'unknown') unknown += 1;
        fired ||= alarm.take(look, clock.now()).is === 'fired';
        await clock.sleep(trigger.every, { signal });
      }
      if (fired) alarms += 1;
    }
  } finally {
    await detector.close?.();
  }
  return { runs, alarms, rate: alarms / runs, interval: wilson(alarms, runs), unknown };
}
