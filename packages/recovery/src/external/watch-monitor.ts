import { type Clock, type Logger, messageOf, silentLogger, systemClock } from '@bridge/chaos-core';
import type { SignalSink } from '../event/signal-sink.ts';
import { checkInTime } from '../probe/check-in-time.ts';
import { openProbe, type TimedProbe } from '../probe/open-probe.ts';
import type { AnyProbeSpec } from '../probe/written-probe.ts';

export interface WatchMonitorOptions {
  /**
   * How to ask: `http({ name, url, expect })`, where `expect` describes a monitor that sees nothing wrong, or a healer that
   * does nothing. An answer that does not fit is the signal. Default every second.
   */
  readonly probe: AnyProbeSpec;
  /** `trigger` (default): it noticed. `playbook`: it acts. */
  readonly kind?: 'trigger' | 'playbook' | 'task';
  /** Name of the signal. Default: that of the probe. */
  readonly signal?: string;
  readonly clock?: Clock;
  readonly log?: Logger;
}

/**
 * Asks a monitor or healer of the system's own again and again, and signals when what it says turns from quiet to not. One
 * signal per turn. A monitor that does not answer says nothing. Dispose to end it.
 *
 * @throws {ChaosError} CHAOS_PROBE_UNKNOWN, CHAOS_PROBE_INVALID.
 */
export async function watchMonitor(sink: SignalSink, options: WatchMonitorOptions): Promise<AsyncDisposable> {
  const { clock = systemClock, log = silentLogger, kind = 'trigger' } = options;
  const probe = await openProbe(options.probe, { clock, log });
  const ending = new AbortController();
  const name = options.signal ?? probe.name;
  const watching = watch(probe, clock, ending.signal, (detail) => sink.signal({ kind, name, data: { detail } }));
  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await watching;
      await probe.close().catch((error: unknown) => log.warn({ probe: name, error: messageOf(error) }, 'not closed'));
    },
  };
}

async function watch(probe: TimedProbe, clock: Clock, ending: AbortSignal, tell: (detail: string) => void) {
  let alarmed = false;
  while (!ending.aborted) {
    const begun = clock.now();
    const said = await ask(probe, clock, ending);
    if (said !== undefined) {
      if (said.alarm && !alarmed) tell(said.detail);
      alarmed = said.alarm;
    }
    const left = Math.max(0, begun + probe.every - clock.now());
    // Aborted: the loop sees it.
    await clock.sleep(left, { signal: ending, ref: false }).catch(() => {});
  }
}

/** Undefined when nothing was said: no connection, no answer in time, an error of the probe. */
async function ask(probe: TimedProbe, clock: Clock, ending: AbortSignal) {
  try {
    const { health, value, detail = '' } = await checkInTime(probe, clock, ending);
    // A failed check without a value is one that got no answer.
    if (health === 'unknown' || (health === 'degraded' && value === undefined)) return undefined;
    return { alarm: health === 'degraded', detail };
  } catch (error) {
    if (ending.aborted) return undefined;
    throw error;
  }
}
