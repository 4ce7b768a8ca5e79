import { ChaosError, type ChaosEvents, type Clock, defineProbe, duration, type ProbeResult } from '@bridge/chaos-core';
import * as z from 'zod';
import { textExpectation, textMismatch } from '../expectation/text-expectation.ts';

const KINDS = ['trigger', 'playbook', 'task'] as const;

/** Options of the `signal` probe. */
const signalOptions = z.strictObject({
  /** Kind of host event. Default any. */
  kind: z.enum(KINDS, { error: `expected one of ${KINDS.join(', ')}` }).optional(),
  /** Name of host event. Default any. */
  signal: textExpectation.optional(),
  /** How long a host event counts once it was seen. Default: for as long as the probe is open. */
  within: duration.refine((within) => within > 0, { error: 'expected a duration above 0' }).optional(),
  /** `seen` (default): it must have come. `absent`: it must not. */
  expect: z.enum(['seen', 'absent'], { error: "expected 'seen' or 'absent'" }).default('seen'),
});

type SignalOptions = z.output<typeof signalOptions>;

/**
 * Whether the host told of an event of its own (`engine.signal()`): a detector fired, a playbook began, a task was
 * opened. The value is how many were seen. Looks back over the engine's recent events when `within` says so.
 */
export const signal = defineProbe({
  type: 'signal',
  options: signalOptions,
  inHost: true,
  async open(options, { clock, events }) {
    if (events === undefined) {
      const message = 'expected an engine to hear events from: this probe is sampled in the host of an engine only';
      throw new ChaosError('CHAOS_PROBE_INVALID', message);
    }
    const earliest = clock.now() - (options.within ?? 0);
    const seen: number[] = events
      .recent()
      .flatMap((event) => (event.type === 'host:signal' && fits(options, event.data) ? [event.monotonic] : []))
      .filter((at) => at >= earliest);
    const listening = events.on('host:signal', ({ data, monotonic }) => {
      if (fits(options, data)) seen.push(monotonic);
    });
    return {
      check: async () => judge(options, seen, clock),
      async close() {
        listening[Symbol.dispose]();
      },
    };
  },
});

function fits({ kind, signal: wanted }: SignalOptions, data: ChaosEvents['host:signal']): boolean {
  if (kind !== undefined && kind !== data.kind) return false;
  return wanted === undefined || textMismatch(wanted, data.name) === undefined;
}

function judge({ within = Infinity, expect }: SignalOptions, seen: readonly number[], clock: Clock): ProbeResult {
  const value = seen.filter((at) => at >= clock.now() - within).length;
  if (value > 0 === (expect === 'seen')) return { health: 'healthy', value };
  const detail = expect === 'seen' ? 'expected a signal of the host, saw none' : `expected no signal, saw ${value}`;
  return { health: 'degraded', value, detail };
}
