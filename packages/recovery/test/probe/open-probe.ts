import { type OpenProbe, type RecoveryProbe, silentLogger, systemClock } from '@bridge/chaos-core';
import type * as z from 'zod';

/** Opens a probe as the engine does: options as written, parsed by the probe's own schema. */
export async function openProbe<Options extends z.ZodType>(
  probe: RecoveryProbe<string, Options>,
  options: z.input<Options>,
): Promise<OpenProbe & AsyncDisposable> {
  const open = await probe.open(probe.options.parse(options), { clock: systemClock, log: silentLogger });
  return {
    check: (signal) => open.check(signal),
    close: () => open.close(),
    [Symbol.asyncDispose]: () => open.close(),
  };
}

/** The issues of options that must be refused, as `path: message`. */
export function issuesOf(probe: RecoveryProbe, options: unknown): string[] {
  const parsed = probe.options.safeParse(options);
  return (parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}

export const patient = (): AbortSignal => AbortSignal.timeout(10_000);
