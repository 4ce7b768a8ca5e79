import { messageOf } from '../errors.ts';
import type { Health, ProbeResult } from '../probe/probe.ts';
import type { SampledProbe, SamplerContext } from './sampler.ts';
import { unlessAborted } from './unless-aborted.ts';
import { within } from './within.ts';

/** What one look showed. Plain JSON; latency in ms. */
export type Look = {
  readonly health: Health;
  readonly value: number | string | boolean | null;
  readonly detail: string | null;
  readonly latency: number;
};

/** One look with a probe, outside any plan. */
export async function checkOnce(probe: SampledProbe, context: SamplerContext, signal: AbortSignal): Promise<Look> {
  const options: unknown = await probe.implementation.options.parseAsync(probe.options);
  const opening = probe.implementation.open(options, context);
  const open = await unlessAborted(opening, signal, (late) => late.close());
  const started = context.clock.now();
  try {
    const {
      health,
      value = null,
      detail = null,
    } = await answerInTime(probe, context, signal, (limit) => open.check(limit));
    return { health, value, detail, latency: context.clock.now() - started };
  } finally {
    await within(context.clock, probe.timeout, `close of probe "${probe.name}"`, open.close());
  }
}

async function answerInTime(
  { timeout }: SampledProbe,
  { clock }: SamplerContext,
  signal: AbortSignal,
  check: (limit: AbortSignal) => Promise<ProbeResult>,
): Promise<ProbeResult> {
  const tooLate = Promise.withResolvers<ProbeResult>();
  const controller = new AbortController();
  using _timer = clock.timer(timeout, () => {
    tooLate.resolve({ health: 'degraded', detail: `no answer within ${timeout} ms` });
    controller.abort(new DOMException(`no answer within ${timeout} ms`, 'TimeoutError'));
  });
  const answer = check(AbortSignal.any([signal, controller.signal])).catch((error: unknown): ProbeResult => {
    signal.throwIfAborted();
    return { health: 'degraded', detail: messageOf(error) };
  });
  return Promise.race([answer, tooLate.promise]);
}
