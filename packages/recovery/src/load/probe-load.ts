import { ChaosError, duration, type JsonObject, type LoadGenerator, type RecoveryProbe } from '@bridge/chaos-core';
import * as z from 'zod';
import { shortestInterval } from '../sampling/arrivals.ts';
import { probeModule } from '../sampling/probe-module.ts';
import { SamplerThread } from '../sampling/sampler-thread.ts';
import { loadArrivals, toArrivals } from './load-options.ts';
import { LoadTally } from './load-tally.ts';

/** `request` keeps what was written, since the thread parses it again; it is checked here, where its path is known. */
function optionsOf(probe: RecoveryProbe) {
  const request = z.record(z.string(), z.json()).superRefine((written, context) => {
    for (const { path, message } of probe.options.safeParse(written).error?.issues ?? []) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  });
  return z.strictObject({
    /** The options of the probe of the same type: what is sent, and what a good answer is. */
    request,
    arrivals: loadArrivals,
    /** A request without an answer by then has failed. Default 10 s. */
    timeout: duration.default(10_000),
    /** Most requests in flight; more are shed and counted. Default: what a time-out has room for, 100 to 5,000. */
    maxInFlight: z.int().min(1).optional(),
  });
}

type LoadOptions = ReturnType<typeof optionsOf>;

/**
 * Load of a probe's requests, in a thread of its own and in an open loop: a slow system gets no less of it. `stop`
 * tells what was planned, sent, answered and how fast.
 */
export function probeLoad<Type extends string>(probe: RecoveryProbe<Type>): LoadGenerator<Type, LoadOptions> {
  const { type } = probe;
  return {
    type,
    options: optionsOf(probe),
    async start({ request, arrivals: written, timeout, maxInFlight }, { signal, clock, random, log }) {
      const arrivals = toArrivals(written, random.int(2 ** 31));
      const room = Math.ceil(timeout / shortestInterval(arrivals));
      const planned = {
        name: type,
        timeout,
        arrivals,
        phase: 0,
        maxInFlight: maxInFlight ?? Math.min(Math.max(100, room), 5_000),
      };
      const module = probeModule({ implementation: probe });
      if (!('url' in module)) throw new ChaosError('CHAOS_LOAD_UNKNOWN', `load ${type}: ${module.reason}`);
      const tally = new LoadTally();
      const thread = new SamplerThread([{ planned, type, options: request, module }], tally.add, { clock, log });
      await thread.opened();
      thread.begin();
      let stopped: Promise<JsonObject> | undefined;
      const stop = (): Promise<JsonObject> => {
        stopped ??= finish(thread, tally);
        return stopped;
      };
      // An aborted run sends nothing more, even before it comes to stopping its loads, who then tell of failures.
      signal.addEventListener('abort', () => void stop().catch(() => {}), { once: true });
      return { stop };
    },
  };
}

async function finish(thread: SamplerThread, tally: LoadTally): Promise<JsonObject> {
  const { probes } = await thread.stop();
  await thread.exited();
  const [{ planned = 0, sent = 0, lagP99 = null } = {}] = probes;
  return { planned, sent, lagP99, ...tally.summary() };
}
