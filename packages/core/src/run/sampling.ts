import type { Clock } from '../clock.ts';
import type { Emit } from '../event/chaos-events.ts';
import type { ExperimentProbe } from '../experiment/experiment.ts';
import type { Health } from '../probe/probe.ts';
import { sortedPercentile } from './percentile.ts';
import type { Sample, SamplerHealth } from './sampler.ts';

/** So many checks in a row must agree before a probe counts as changed. */
const AGREEING = 3;
const SECOND = 1_000;

/** The samples of one run as they come in. Tells the run's listeners about them, once a second and on changes. */
export class Sampling {
  readonly #probes: ReadonlyMap<string, ProbeSamples>;
  readonly #emit: Emit;
  readonly #runId: string;
  readonly #clock: Clock;
  #timer: Disposable | undefined;
  #health: SamplerHealth | null = null;
  #since = Infinity;
  readonly #warm = Promise.withResolvers<void>();
  #cold: number;

  constructor(probes: readonly ExperimentProbe[], { clock, emit, runId }: { clock: Clock; emit: Emit; runId: string }) {
    this.#probes = new Map(probes.map((probe) => [probe.name, new ProbeSamples(probe.every + probe.timeout)]));
    this.#cold = probes.length;
    this.#clock = clock;
    this.#emit = emit;
    this.#runId = runId;
  }

  begin(): void {
    this.#since = this.#clock.now();
    this.#scheduleSecond();
  }

  /** The sampler stopped, or was given up: then nothing is known of its health. No sample counts after this. */
  end(health: SamplerHealth | null): void {
    this.#timer?.[Symbol.dispose]();
    this.#emitSecond();
    this.#health = health;
  }

  /** When the first check was due; Infinity before. */
  get since(): number {
    return this.#since;
  }

  /** Resolves once every probe has had its first check, which pays for connections and code that is loaded late. */
  get warm(): Promise<void> {
    return this.#warm.promise;
  }

  get health(): SamplerHealth | null {
    return this.#health;
  }

  readonly take = (sample: Sample): void => {
    const samples = this.#probes.get(sample.probe);
    if (samples === undefined) return;
    if (samples.isEmpty) this.#cold -= 1;
    if (this.#cold === 0) this.#warm.resolve();
    const changed = samples.take(sample);
    if (changed === undefined) return;
    const { probe, detail = null } = sample;
    this.#emit('probe:changed', { probe, health: changed, detail }, this.#runId);
  };

  /** Every sample so far, in the order of each probe's plan. */
  all(): Sample[] {
    return [...this.#probes.values()].flatMap((samples) => samples.all());
  }

  /** Samples before which none is outstanding. */
  settled(): Sample[] {
    return [...this.#probes.values()].flatMap((samples) => samples.settled());
  }

  /** The probe's checks that ended after `from`, newest last. */
  endedSince(probe: string, from: number): Sample[] {
    return this.#probes.get(probe)?.endedSince(from) ?? [];
  }

  /** The probe's last checks, newest last. */
  latest(probe: string, count: number): Sample[] {
    return this.#probes.get(probe)?.latest(count) ?? [];
  }

  /** Longest time between two results of the probe, in ms, while the sampler keeps its plan. */
  longestGap(probe: string): number {
    return this.#probes.get(probe)?.longestGap ?? 0;
  }

  /** Intended time of the probe's last settled check. */
  settledUntil(probe: string): number {
    return this.#probes.get(probe)?.settled().at(-1)?.intended ?? -Infinity;
  }

  #scheduleSecond(): void {
    this.#timer = this.#clock.timer(SECOND, () => {
      this.#emitSecond();
      this.#scheduleSecond();
    });
  }

  #emitSecond(): void {
    for (const [probe, samples] of this.#probes) {
      const fresh = samples.takeFresh();
      if (fresh.length === 0) continue;
      const latencies = fresh.map((sample) => sample.latency).sort((a, b) => a - b);
      const [p50 = null, p95 = null] = [sortedPercentile(latencies, 0.5), sortedPercentile(latencies, 0.95)];
      const ok = fresh.filter((sample) => sample.health === 'healthy').length;
      const unknown = fresh.filter((sample) => sample.health === 'unknown').length;
      const counts = { sent: fresh.length, ok, ...(unknown === 0 ? {} : { unknown }) };
      this.#emit('probe:second', { probe, ...counts, p50, p95 }, this.#runId);
    }
  }
}

class ProbeSamples {
  readonly longestGap: number;
  readonly #byIndex: (Sample | undefined)[] = [];
  readonly #arrived: Sample[] = [];
  #settled = 0;
  #shown = 0;
  #health: Health | undefined;

  constructor(longestGap: number) {
    this.longestGap = longestGap;
  }

  /** Returns the new health when it changed. */
  take(sample: Sample): Health | undefined {
    this.#byIndex[sample.index] = sample;
    this.#arrived.push(sample);
    while (this.#byIndex[this.#settled] !== undefined) this.#settled += 1;
    const agree = this.#arrived.slice(-AGREEING).every(({ health }) => health === sample.health);
    if (this.#health === sample.health || (this.#health !== undefined && !agree)) return undefined;
    this.#health = sample.health;
    return sample.health;
  }

  all(): Sample[] {
    return this.#byIndex.filter((sample) => sample !== undefined);
  }

  settled(): Sample[] {
    return this.#byIndex.slice(0, this.#settled).filter((sample) => sample !== undefined);
  }

  endedSince(from: number): Sample[] {
    // Samples arrive in the order they ended.
    const first = this.#arrived.findLastIndex((sample) => sample.ended < from) + 1;
    return this.#arrived.slice(first);
  }

  get isEmpty(): boolean {
    return this.#arrived.length === 0;
  }

  latest(count: number): Sample[] {
    return this.#arrived.slice(-count);
  }

  takeFresh(): Sample[] {
    const fresh = this.#arrived.slice(this.#shown);
    this.#shown = this.#arrived.length;
    return fresh;
  }
}
