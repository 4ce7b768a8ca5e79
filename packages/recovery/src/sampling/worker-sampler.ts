import {
  messageOf,
  type OpenProbe,
  type RunningSampler,
  type Sample,
  type SampledProbe,
  type Sampler,
  type SamplerContext,
} from '@bridge/chaos-core';
import { type OpenedProbe, OpenLoop, type OpenLoopHealth } from './open-loop.ts';
import { probeModule } from './probe-module.ts';
import type { PlannedProbe } from './probe-plan.ts';
import { SamplerThread } from './sampler-thread.ts';
import { Tally } from './tally.ts';
import type { WorkerProbe } from './worker-message.ts';

export interface WorkerSamplerOptions {
  /**
   * When checks are due. `constant` (default): one every `every`. `poisson`: at random, one every `every` on average,
   * which cannot fall into step with something periodic in the system.
   */
  readonly arrivals?: 'constant' | 'poisson';
  /** Of Poisson arrivals. Default 0. */
  readonly seed?: number;
  /** Most checks of one probe in flight; more are shed and counted. Default: twice what a time-out has room for, 100 to 5,000. */
  readonly maxInFlight?: number;
  /** Path of the thread's entry module; default: that of this package. For hosts bundled into one file. */
  readonly entry?: string;
}

export interface RunningWorkerSampler extends RunningSampler {
  stop(): Promise<OpenLoopHealth>;
}

/** A sampler that also tells how well each second was sampled, and what each probe saw in it. */
export interface WorkerSampler extends Sampler {
  start(
    probes: readonly SampledProbe[],
    sink: (sample: Sample) => void,
    context: SamplerContext,
  ): Promise<RunningWorkerSampler>;
}

/**
 * Samples in a thread of its own: a host whose event loop is blocked cannot hide the checks it would have failed. A
 * probe that no thread can import (its implementation is in the host's code and not in a plugin) is sampled in the
 * host's thread, and the log says so. Needs a context whose clock runs in real time.
 */
export function workerSampler(options: WorkerSamplerOptions = {}): WorkerSampler {
  return {
    async start(probes, sink, context) {
      for (const probe of probes) await probe.implementation.options.parseAsync(probe.options);
      const { movable, bound } = divide(probes, options, context);
      const opened = await openAll(bound, context);
      const tally = new Tally(movable.map(({ planned }) => planned));
      const counted = (sample: Sample): void => {
        tally.count(sample);
        sink(sample);
      };
      const thread = movable.length === 0 ? undefined : new SamplerThread(movable, counted, context, options.entry);
      try {
        await thread?.opened();
      } catch (error) {
        await closeAll(opened.map(({ open }) => open));
        await thread?.exited();
        throw error;
      }
      tally.begin(context.clock.now());
      thread?.begin();
      const loop = opened.length === 0 ? undefined : new OpenLoop(opened, { ...context, sink, waiting: 'timer' });
      let stopped: Promise<OpenLoopHealth> | undefined;
      return {
        stop() {
          stopped ??= stopBoth(thread, loop, tally, context);
          return stopped;
        },
      };
    },
  };
}

interface HostProbe {
  readonly probe: SampledProbe;
  readonly planned: PlannedProbe;
}

/** Which probes can move to the thread, and which are bound to the host's. */
function divide(probes: readonly SampledProbe[], options: WorkerSamplerOptions, { log }: SamplerContext) {
  const movable: WorkerProbe[] = [];
  const bound: HostProbe[] = [];
  probes.forEach((probe, position) => {
    const planned = plan(probe, (position / probes.length) * probe.every, position, options);
    const module = probeModule(probe);
    if ('url' in module) {
      movable.push({ planned, type: probe.type, options: probe.options, module });
    } else {
      bound.push({ probe, planned });
      log[probe.implementation.inHost ? 'debug' : 'warn'](
        { probe: probe.name, reason: module.reason },
        'sampled in the host thread, which may be blocked',
      );
    }
  });
  return { movable, bound };
}

function plan(probe: SampledProbe, phase: number, position: number, options: WorkerSamplerOptions): PlannedProbe {
  const { name, every, timeout } = probe;
  const { arrivals = 'constant', seed = 0 } = options;
  const maxInFlight = options.maxInFlight ?? Math.min(Math.max(100, Math.ceil((2 * timeout) / every)), 5_000);
  if (arrivals === 'constant') return { name, timeout, phase, maxInFlight, arrivals: { kind: 'constant', every } };
  const own = { kind: 'poisson', every, seed: seed + position } as const;
  return { name, timeout, phase: 0, maxInFlight, arrivals: own };
}

async function openAll(bound: readonly HostProbe[], context: SamplerContext): Promise<OpenedProbe[]> {
  const opened: OpenedProbe[] = [];
  try {
    for (const { probe, planned } of bound) {
      const options: unknown = await probe.implementation.options.parseAsync(probe.options);
      opened.push({ planned, open: await probe.implementation.open(options, context) });
    }
    return opened;
  } catch (error) {
    await closeAll(opened.map(({ open }) => open));
    throw error;
  }
}

async function closeAll(probes: readonly OpenProbe[]): Promise<void> {
  await Promise.allSettled(probes.map((probe) => probe.close()));
}

async function stopBoth(
  thread: SamplerThread | undefined,
  loop: OpenLoop | undefined,
  tally: Tally,
  { clock, log }: SamplerContext,
): Promise<OpenLoopHealth> {
  const [inThread, inHost] = await Promise.all([
    thread?.stop().catch((error: unknown): OpenLoopHealth => {
      log.error({ error: messageOf(error) }, 'samples are missing');
      return tally.health(clock.now());
    }),
    loop?.stop(),
  ]);
  await thread?.exited();
  const both = [inThread, inHost].filter((health) => health !== undefined);
  return {
    probes: both.flatMap(({ probes }) => probes),
    seconds: (inThread ?? inHost)?.seconds ?? [],
    series: both.flatMap(({ series }) => series),
  };
}
