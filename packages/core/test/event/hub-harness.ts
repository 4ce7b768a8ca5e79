import { createRedactor, type JsonObject, type Logger } from '@bridge/chaos-core';
import { type VirtualClock, virtualClock } from '@bridge/chaos-core/testkit';
import { EventHub } from '../../src/event/event-hub.ts';

export interface LogLine {
  readonly level: keyof Logger;
  readonly data: JsonObject;
  readonly message: string;
}

export interface HubHarness {
  readonly hub: EventHub;
  readonly clock: VirtualClock;
  readonly lines: LogLine[];
}

/** A hub on a virtual clock whose log can be read. */
export function hubHarness(): HubHarness {
  const lines: LogLine[] = [];
  const at =
    (level: keyof Logger): Logger['info'] =>
    (data, message) =>
      lines.push({ level, data, message });
  const log: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const clock = virtualClock();
  return { hub: new EventHub({ clock, node: 'host/1', log, redactor: createRedactor() }), clock, lines };
}
