import type { ChaosEvent, ChaosEvents, ChaosEventType } from './chaos-events.ts';
import { CORE_LINES } from './core-lines.ts';

/** The sentence of one event type: `CHAOS: …` for what breaks, `RECOVERY: …` for what heals, `CONSENSUS: …`. */
export type Line<Data> = (data: Data) => string;

/** Sentences by event type; a plugin hands in those of the events it added to {@link ChaosEvents}. */
export type Lines = { readonly [Type in ChaosEventType]?: Line<ChaosEvents[Type]> };

const LONGEST = 500;

/**
 * The event as one line of text, at most 500 characters, without control characters. A type without a sentence shows
 * its name and data.
 */
export function lineOf<Type extends ChaosEventType>(
  event: Pick<ChaosEvent<Type>, 'type' | 'data'>,
  more: Lines = {},
): string {
  const lines: Lines = CORE_LINES;
  const line = more[event.type] ?? lines[event.type];
  const text = line === undefined ? `CHAOS: ${event.type} ${JSON.stringify(event.data)}` : line(event.data);
  // Names come from the outside world: a line break or an escape sequence in one must not forge a second line.
  const single = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trimEnd();
  return single.length <= LONGEST ? single : `${single.slice(0, LONGEST - 1).toWellFormed()}…`;
}
