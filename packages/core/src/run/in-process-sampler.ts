import { ChaosError } from '../errors.ts';
import { ArrivalPlan } from './arrival-plan.ts';
import type { RunningSampler, SampledProbe, Sampler, SamplerContext, SamplerHealth } from './sampler.ts';

export interface InProcessSamplerOptions {
  /** Most checks of one probe in flight at once; more are shed and counted. Default 100. */
  readonly maxInFlight?: number;
}

/**
 * Samples in the engine's own process, on the engine's clock. Good while the process itself is not what is broken:
 * a blocked event loop delays the checks, which shows as lag in the sampler's health.
 */
export function inProcessSampler({ maxInFlight = 100 }: InProcessSamplerOptions = {}): Sampler {
  return {
    async start(probes, sink, context) {
      const plans: ArrivalPlan[] = [];
      try {
        for (const probe of probes) plans.push(await openPlan(probe, context, maxInFlight));
      } catch (error) {
        await Promise.all(plans.map((plan) => plan.stop()));
        throw error;
      }
      for (const plan of plans) plan.start(sink);
      return runningSampler(plans);
    },
  };
}

async function openPlan(probe: SampledProbe, context: SamplerContext, maxInFlight: number): Promise<ArrivalPlan> {
  if (!(probe.every > 0)) {
    const message = `probe "${probe.name}": the interval must be above 0 ms, got ${probe.every}`;
    throw new ChaosError('CHAOS_PROBE_INVALID', message, { details: { probe: probe.name } });
  }
  const options: unknown = await probe.implementation.options.parseAsync(probe.options);
  const open = await probe.implementation.open(options, context);
  return new ArrivalPlan(probe, open, context, maxInFlight);
}

function runningSampler(plans: readonly ArrivalPlan[]): RunningSampler {
  let stopped: Promise<SamplerHealth> | undefined;
  const stop = async (): Promise<SamplerHealth> => ({ probes: await Promise.all(plans.map((plan) => plan.stop())) });
  return {
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}
