import { ChaosError, messageOf } from '../errors.ts';
import { resolveObject } from '../experiment/template.ts';
import { type ExperimentValues, readValues } from '../experiment/values.ts';
import type { ProbeHealth } from '../guard/guard.ts';
import { revertCauseOf } from './abort-cause.ts';
import type { AbortSwitch } from './abort-switch.ts';
import { checkOnce } from './check-once.ts';
import type { Episode } from './episode.ts';
import { type Evidence, judgedProbes, type RunProblem, samplesIn } from './evidence.ts';
import { isLeaked, isRefusal } from './fault-record.ts';
import { HealthMeter } from './health-meter.ts';
import { HeldFaults } from './held-faults.ts';
import { findEpisodes, incidentRule } from './impact.ts';
import { MarkBoard } from './mark-board.ts';
import { PhaseLog } from './phase-log.ts';
import { originOf } from './probe-origin.ts';
import type { RunHost, RunOrder } from './run-host.ts';
import { RunningLoads } from './running-loads.ts';
import type { RunningSampler, SampledProbe, SamplerHealth } from './sampler.ts';
import { Sampling } from './sampling.ts';
import { StepRunner } from './step-runner.ts';
import { StopWatch } from './stop-watch.ts';
import type { SignalTime } from './timeline.ts';
import { unlessAborted } from './unless-aborted.ts';
import { within } from './within.ts';

/** Milliseconds between looks for an impact while faults are live. */
const IMPACT_INTERVAL = 1_000;
/** The load that belongs to the experiment as a whole, not to a step. */
const MAIN_LOAD = 'experiment';

/**
 * Takes one experiment through its phases. Whatever happens on the way, every fault is put back before the evidence is
 * handed out.
 */
export class Runner {
  readonly #host: RunHost;
  readonly #order: RunOrder;
  readonly #switch: AbortSwitch;
  readonly #phases: PhaseLog;
  readonly #held: HeldFaults;
  readonly #loads: RunningLoads;
  readonly #sampling: Sampling;
  readonly #signals: SignalTime[] = [];
  readonly #problems: RunProblem[] = [];
  readonly marks: MarkBoard;
  /** Hidden from every event and report until disposed. */
  secrets: Disposable | undefined;
  #sampler: RunningSampler | undefined;

  constructor(host: RunHost, order: RunOrder, abortSwitch: AbortSwitch) {
    const { clock, hub } = host;
    this.#host = host;
    this.#order = order;
    this.#switch = abortSwitch;
    this.#phases = new PhaseLog(clock, hub.emit, order.id);
    this.#held = new HeldFaults(host);
    this.#loads = new RunningLoads(host, order);
    this.#sampling = new Sampling(order.experiment.steadyState.probes, { clock, emit: hub.emit, runId: order.id });
    this.marks = new MarkBoard(hub.emit, order.id);
  }

  /** Never rejects for what an experiment, a plugin or a target does. */
  async run(): Promise<Evidence> {
    const { hub, clock } = this.#host;
    const { maxDuration } = this.#order.experiment;
    using _listening = hub.on('host:signal', ({ data, monotonic }) => this.#heard({ ...data, at: monotonic }));
    using _limit = clock.timer(maxDuration, () => this.#tooLong(maxDuration));
    try {
      await this.#throughPhases();
    } catch (error) {
      this.#note(error);
    } finally {
      await this.#putBack();
    }
    this.#phases.enter('analysis');
    return this.#evidence();
  }

  get #signal(): AbortSignal {
    return this.#switch.signal;
  }

  async #throughPhases(): Promise<void> {
    this.#phases.enter('prepare');
    const values = await this.#readValues();
    const probes = this.#sampledProbes(values);
    await unlessAborted(
      this.#host.admit(this.#order, () => this.#look(probes), this.#signal),
      this.#signal,
    );
    await this.#startMainLoad(values);
    await this.#startSampler(probes);
    using _meter = this.#measureHealth();
    if (!(await this.#faultsInAndOut(values, probes))) return;
    await this.#recovery();
  }

  /** False when the run is over because something did not work. */
  async #faultsInAndOut(values: ExperimentValues, probes: readonly SampledProbe[]): Promise<boolean> {
    // Once the faults are gone there is nothing left to stop, and stopping would hide that the system did not recover.
    using _watch = new StopWatch(this.#host, this.#order.experiment, this.#sampling, ({ sentence, numbers }) =>
      this.#switch.abort({ code: 'stop-condition', sentence, numbers }),
    );
    if (!(await this.#baseline())) return false;
    await this.#failure(values, probes);
    return !this.#cutShort;
  }

  /** Something did not work or was refused: the method did not come to its end. */
  get #cutShort(): boolean {
    const rejected = this.#held.records().some((record) => record.outcome !== 'injected');
    return rejected || this.#problems.length > 0 || this.#signal.aborted;
  }

  async #readValues(): Promise<ExperimentValues> {
    const values = await readValues(this.#order.experiment, this.#host.environment);
    this.secrets = this.#host.redactor.hide(values.secretValues);
    return values;
  }

  /** Once with every probe. */
  #look(probes: readonly SampledProbe[]): Promise<ProbeHealth[]> {
    const { clock, log, hub: events } = this.#host;
    return Promise.all(
      probes.map(async (probe): Promise<ProbeHealth> => {
        const { health, detail } = await checkOnce(probe, { clock, log, events }, this.#signal);
        return { probe: probe.name, health, ...(detail === null ? {} : { detail }) };
      }),
    );
  }

  #sampledProbes({ configuration, secrets }: ExperimentValues): SampledProbe[] {
    const { registry } = this.#host;
    return this.#order.experiment.steadyState.probes.map((probe) => {
      const { name, type, every, timeout } = probe;
      const options = resolveObject(probe.options, { configuration, secrets, outputs: {} });
      const implementation = registry.probe(probe);
      const origin = originOf(registry, implementation);
      return { name, type, every, timeout, options, implementation, ...(origin === undefined ? {} : { origin }) };
    });
  }

  #measureHealth(): HealthMeter {
    const { id: runId, experiment } = this.#order;
    const { clock, hub } = this.#host;
    return new HealthMeter({ clock, emit: hub.emit, runId }, experiment.steadyState, this.#sampling);
  }

  /** Before the baseline, so that baseline and fault see the same load. */
  async #startMainLoad({ configuration, secrets }: ExperimentValues): Promise<void> {
    const { load } = this.#order.experiment;
    if (load === undefined) return;
    this.#phases.enter('stress');
    const options = resolveObject(load.options, { configuration, secrets, outputs: {} });
    await this.#loads.start(MAIN_LOAD, load.type, options, this.#signal);
  }

  async #startSampler(probes: readonly SampledProbe[]): Promise<void> {
    if (probes.length === 0) return;
    const { clock, log, sampler, hub: events } = this.#host;
    const starting = sampler.start(probes, this.#sampling.take, { clock, log, events });
    this.#sampler = await unlessAborted(starting, this.#signal, (late) => late.stop());
    this.#sampling.begin();
  }

  /** False when the system is not in the state that the experiment starts from. */
  async #baseline(): Promise<boolean> {
    const { baseline } = this.#order.experiment;
    if (baseline === 0 || this.#sampler === undefined) return true;
    await unlessAborted(this.#sampling.warm, this.#signal);
    this.#phases.enter('baseline');
    await this.#sleep(baseline);
    const { reasons } = await this.#host.judge.judge(this.#evidence());
    return !reasons.some((reason) => reason.verdict === 'invalid');
  }

  async #failure(values: ExperimentValues, probes: readonly SampledProbe[]): Promise<void> {
    this.#phases.enter('failure');
    const { held, loads, marks } = { held: this.#held, loads: this.#loads, marks: this.marks };
    const world = { host: this.#host, order: this.#order, held, loads, marks, probes, values };
    using _impact = this.#watchImpact();
    try {
      await new StepRunner(world, this.#signal).run(this.#order.experiment.faults);
    } catch (error) {
      this.#note(error);
    }
    await this.#revert();
    this.#problems.push(...(await this.#loads.stopAll((id) => id !== MAIN_LOAD)));
  }

  /** Until every probe that decides kept its hold after the last fault was gone, or the deadline passed. */
  async #recovery(): Promise<void> {
    const { recovery } = this.#order.experiment;
    const endedAt = this.#held.endedAt();
    const judged = judgedProbes(this.#order.experiment);
    if (endedAt === undefined || judged.length === 0 || this.#held.records().some(isLeaked)) return;
    this.#phases.enter('recovery');
    const steadyFrom = endedAt + recovery.hold;
    const isSteady = (): boolean =>
      judged.every((probe) => this.#sampling.settledUntil(probe) >= steadyFrom) &&
      this.#episodes().every((episode) => episode.confirmed !== null);
    const { clock, checkInterval } = this.#host;
    while (clock.now() < steadyFrom + recovery.within && !isSteady()) await this.#sleep(checkInterval);
  }

  /** Runs whatever happened. Samples end before the found state is put back: that is no recovery. */
  async #putBack(): Promise<void> {
    await this.#revert();
    if (this.#held.records().length > 0) this.#phases.enter('validation');
    if (this.#sampler !== undefined) this.#sampling.end(await this.#stopSampler(this.#sampler));
    this.#problems.push(...(await this.#loads.stopAll()));
    await this.#held.restoreAll();
  }

  /** Null when it does not stop as it should: a problem of the run. */
  async #stopSampler(sampler: RunningSampler): Promise<SamplerHealth | null> {
    const longest = Math.max(...this.#order.experiment.steadyState.probes.map((probe) => probe.timeout));
    try {
      // Checks in flight and then the closing of a probe may each take a time-out.
      return await within(this.#host.clock, 2 * longest + this.#host.abortGrace, 'the sampler', sampler.stop());
    } catch (error) {
      this.#problems.push({ code: 'sampler-failed', message: messageOf(error) });
      return null;
    }
  }

  #revert(): Promise<void> {
    const { cause } = this.#switch;
    if (cause !== null) return this.#held.revertAll(revertCauseOf(cause));
    return this.#held.revertAll(this.#cutShort ? 'run-aborted' : 'run-end');
  }

  #evidence(): Evidence {
    const endedAt = this.#held.endedAt();
    return {
      experiment: this.#order.experiment,
      phases: this.#phases.spans(),
      samples: this.#sampling.all(),
      sampler: this.#sampling.health,
      faults: this.#held.records(),
      signals: this.#signals,
      deadline: endedAt === undefined ? null : endedAt + this.#order.experiment.recovery.within,
      aborted: this.#switch.cause,
      problems: this.#problems,
    };
  }

  #episodes(): Episode[] {
    const from = this.#held.firstRequest();
    if (from === undefined) return [];
    const { experiment } = this.#order;
    const samples = samplesIn(this.#sampling.settled(), { from, to: Infinity });
    return findEpisodes(experiment, samples, incidentRule(experiment, this.#host.judge.window));
  }

  /** Listeners learn of an impact while it lasts, at most a second late. */
  #watchImpact(): Disposable {
    let timer: Disposable;
    const look = (): void => {
      const [first] = this.#episodes();
      if (first !== undefined) this.marks.first('impact', first.onset);
      else timer = this.#host.clock.timer(IMPACT_INTERVAL, look);
    };
    timer = this.#host.clock.timer(IMPACT_INTERVAL, look);
    return { [Symbol.dispose]: () => timer[Symbol.dispose]() };
  }

  #heard(signal: SignalTime): void {
    const { kind, name, at } = signal;
    this.#signals.push({ kind, name, at });
    if (this.#held.firstRequest() === undefined) return;
    if (kind === 'trigger') this.marks.first('detect', at);
    if (kind === 'playbook') this.marks.first('act', at);
  }

  #tooLong(maxDuration: number): void {
    const sentence = `the run took longer than ${maxDuration} ms`;
    this.#switch.abort({ code: 'max-duration', sentence, numbers: { maxDuration } });
  }

  #note(error: unknown): void {
    const onRecord = this.#held.records().some((record) => record.outcome !== 'injected');
    if (this.#signal.aborted || onRecord) return;
    if (isRefusal(error)) {
      this.#switch.abort({ code: 'refused', sentence: messageOf(error), numbers: {} });
      return;
    }
    this.#host.log.warn({ run: this.#order.id, error: messageOf(error) }, 'the experiment cannot go on');
    this.#problems.push({ code: problemCode(error), message: messageOf(error) });
  }

  #sleep(delay: number): Promise<void> {
    return this.#host.clock.sleep(delay, { signal: this.#signal });
  }
}

/** `CHAOS_TARGET_NOT_FOUND` is the reason `target-not-found`. */
function problemCode(error: unknown): string {
  if (!(error instanceof ChaosError)) return 'step-failed';
  return error.code.replace('CHAOS_', '').toLowerCase().replaceAll('_', '-');
}
