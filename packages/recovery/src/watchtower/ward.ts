import { type Clock, type Logger, messageOf, type Random } from '@bridge/chaos-core';
import type { EventFeed } from '../event/event-feed.ts';
import type { ServiceGraph } from '../graph/service-graph.ts';
import type { Leadership } from '../leadership/leadership.ts';
import type { Bell } from './bell.ts';
import { Clearances } from './clearance.ts';
import { Patient } from './patient.ts';
import { DependencyOrder } from './policy/dependency-order.ts';
import { assess } from './policy/failure.ts';
import { StormBrake } from './policy/storm-brake.ts';
import type { WatchPolicy } from './policy/watch-policy.ts';
import { RestartMemory } from './restart-memory.ts';
import { type RecoveryHost, RestartRecovery } from './restart-recovery.ts';
import { type ProbeFor, probeTarget } from './target-probing.ts';
import type { WatchContext, WatchSource } from './watch-source.ts';
import type { Sighting } from './watched-target.ts';
import type { WatchtowerEvents } from './watchtower-events.ts';

export interface WardParts {
  readonly policy: WatchPolicy;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly feed: EventFeed<WatchtowerEvents>;
  readonly leadership: Leadership;
  readonly bell: Bell;
  readonly signal: AbortSignal;
  readonly probeFor: ProbeFor | undefined;
  readonly graph: ServiceGraph | undefined;
  held(): string | undefined;
}

/** When something is neither fine nor failed, it is looked at again so soon. */
const UNDECIDED = 1_000;

/** Every watched target with what is done for it. */
export class Ward {
  readonly #parts: WardParts;
  readonly #patients = new Map<string, Patient>();
  readonly #recoveries = new Map<Patient, AbortController>();
  readonly #probings = new Map<Patient, AbortController>();
  /** Who is neither fine nor failed, with the one timer that looks again. */
  readonly #undecided = new Map<Patient, Disposable>();
  readonly #looks = new Map<string, Promise<void>>();
  readonly #storms: StormBrake;
  readonly #host: RecoveryHost;

  constructor(parts: WardParts) {
    this.#parts = parts;
    this.#storms = new StormBrake(parts.policy.storm);
    const { leadership, policy, clock, bell, held, log, signal, graph } = parts;
    const order = graph && new DependencyOrder(graph, policy.dependencyPatience);
    const clearances = new Clearances(
      {
        policy,
        leadership,
        storms: this.#storms,
        order,
        held,
        patients: () => this.patients,
        freed: () => bell.ring(),
        causeGone: (group) => this.releaseStorm(group),
      },
      clock.now(),
    );
    this.#host = {
      ...parts,
      clearances,
      memory: new RestartMemory(leadership, clock, policy),
      context: { clock, log, signal },
      look: (patient) => this.#lookAgain(patient),
    };
    signal.addEventListener('abort', () => this.#stopLooking(), { once: true });
  }

  get patients(): readonly Patient[] {
    return [...this.#patients.values()];
  }

  get context(): WatchContext {
    return this.#host.context;
  }

  /** Everything there is, compared with what was known. In a dry run failures are only told. */
  async sweep(source: WatchSource, dryRun: boolean): Promise<void> {
    const sightings = await source.list(this.context);
    const present = new Set(sightings.map(({ target }) => keyOf(source, target.id)));
    for (const [key, patient] of this.#patients) {
      if (patient.source === source && !present.has(key)) this.#forget(key, patient);
    }
    for (const sighting of sightings) this.#take(source, sighting, { happenedAt: null, dryRun });
  }

  /** Something happened to this target. Looks at one target follow one another, so that the last one counts. */
  async changed(source: WatchSource, id: string, happenedAt: number): Promise<void> {
    const key = keyOf(source, id);
    const before = this.#looks.get(key) ?? Promise.resolve();
    const look = before.then(() => this.#look(source, id, happenedAt));
    this.#looks.set(key, look);
    await look;
    if (this.#looks.get(key) === look) this.#looks.delete(key);
  }

  /** The common cause of a storm was dealt with. */
  releaseStorm(group: string): void {
    this.#storms.release(group);
    this.#parts.feed.emit('watchtower:storm-released', { group });
    this.#parts.bell.ring();
  }

  /** Lets a patient that was given up be tried again. False when nobody of this name was. */
  reset(name: string): Patient | undefined {
    const patient = this.patients.find(({ target, care }) => target.name === name && care.is === 'gave-up');
    if (patient === undefined) return undefined;
    patient.reset();
    void this.#noteReset(patient).then(() => this.#recoverIfFailed(patient, null));
    return patient;
  }

  async #look(source: WatchSource, id: string, happenedAt: number): Promise<void> {
    const { feed, signal } = this.#parts;
    try {
      const sighting = await source.look(id, this.context);
      const key = keyOf(source, id);
      const known = this.#patients.get(key);
      if (sighting !== undefined) this.#take(source, sighting, { happenedAt, dryRun: false });
      else if (known !== undefined) this.#forget(key, known);
    } catch (error) {
      // The next sweep finds it.
      if (!signal.aborted)
        feed.emit('watchtower:trouble', { doing: `look at ${source.kind} ${id}`, reason: messageOf(error) });
    }
    this.#parts.bell.ring();
  }

  async #lookAgain(patient: Patient): Promise<boolean> {
    const sighting = await patient.source.look(patient.target.id, this.context);
    if (sighting === undefined) return false;
    this.#see(patient, sighting);
    return true;
  }

  #take(
    source: WatchSource,
    sighting: Sighting,
    { happenedAt, dryRun }: { readonly happenedAt: number | null; readonly dryRun: boolean },
  ): void {
    const { policy, feed } = this.#parts;
    const key = keyOf(source, sighting.target.id);
    const patient = this.#patients.get(key) ?? new Patient(source, sighting, policy);
    this.#patients.set(key, patient);
    this.#see(patient, sighting);
    this.#probe(patient);
    const { target, assessment, care } = patient;
    if (assessment.is === 'failed' && dryRun) {
      patient.care = { is: 'dry-run' };
      feed.emit('watchtower:would-restart', { target, cause: assessment.cause, detail: assessment.detail });
      return;
    }
    // What failed before the start waits for the next sweep: the engine tells of the past, too.
    if (care.is === 'dry-run' && happenedAt !== null) return;
    this.#recoverIfFailed(patient, happenedAt);
  }

  #see(patient: Patient, sighting: Sighting): void {
    const { policy, clock, feed } = this.#parts;
    const before = patient.assessment.is;
    const { startedAt } = patient.target;
    const judge = (one: Patient) => assess(one.sighting, policy, one.checks);
    patient.see(sighting, judge, clock.now(), policy.backoff.reset);
    const { assessment, care, target } = patient;
    if (target.startedAt !== startedAt) {
      this.#endProbing(patient);
      this.#probe(patient);
    }
    if (assessment.is === 'fine' && care.is === 'dry-run') patient.care = { is: 'none' };
    if (assessment.is === 'retired' && before !== 'retired') feed.emit('watchtower:retired', { target });
  }

  #recoverIfFailed(patient: Patient, happenedAt: number | null): void {
    const { assessment, care, target } = patient;
    if (assessment.is !== 'failed') {
      this.#endNeedless(patient, happenedAt);
      return;
    }
    if (care.is === 'recovering' || care.is === 'gave-up' || this.#recoveries.has(patient)) return;
    const { feed, leadership, clock, signal } = this.#parts;
    const { cause, detail } = assessment;
    const latency = happenedAt === null ? null : Math.max(0, clock.wall() - happenedAt);
    feed.emit('watchtower:detected', { target, cause, detail, role: leadership.standing.role, latency });
    patient.failedAt = clock.now();
    this.#countForStorm(patient);
    if (target.restart === 'observe') return;
    const own = new AbortController();
    this.#recoveries.set(patient, own);
    void this.#recover(patient, AbortSignal.any([signal, own.signal]));
  }

  #countForStorm({ target }: Patient): void {
    const { feed, clock } = this.#parts;
    const size = this.patients.filter((one) => one.target.group === target.group).length;
    const members = this.#storms.failed(target.group, target.name, size, clock.now());
    if (members !== undefined) feed.emit('watchtower:storm', { group: target.group, members });
  }

  /** Who still waits for a restart that is not needed any more stops waiting. */
  #endNeedless(patient: Patient, happenedAt: number | null): void {
    const { assessment, care, target } = patient;
    const { feed } = this.#parts;
    if (care.is === 'recovering' && care.step === 'waiting' && assessment.is !== 'waiting') {
      feed.emit('watchtower:resolved', { target, how: assessment.is === 'fine' ? 'fine' : 'retired' });
      this.#recoveries.get(patient)?.abort();
    }
    if (assessment.is !== 'waiting' || assessment.reason === 'paused') return;
    const isLeft = assessment.reason === 'other-supervisor' && care.is === 'none';
    if (isLeft && !patient.leftToOther && happenedAt !== null) {
      patient.leftToOther = true;
      feed.emit('watchtower:deferred', { target, reason: 'other-supervisor' });
    }
    this.#lookSoon(patient);
  }

  #lookSoon(patient: Patient): void {
    const { clock, signal } = this.#parts;
    if (signal.aborted || this.#undecided.has(patient)) return;
    const look = (): void => {
      this.#undecided.delete(patient);
      void this.changed(patient.source, patient.target.id, clock.wall());
    };
    this.#undecided.set(patient, clock.timer(UNDECIDED, look, { ref: false }));
  }

  #stopLooking(): void {
    for (const timer of this.#undecided.values()) timer[Symbol.dispose]();
    this.#undecided.clear();
  }

  async #recover(patient: Patient, signal: AbortSignal): Promise<void> {
    const { feed } = this.#parts;
    try {
      await new RestartRecovery(this.#host, patient).run(signal);
    } catch (error) {
      if (!signal.aborted) {
        const doing = `recover ${patient.target.kind} ${patient.target.name}`;
        feed.emit('watchtower:trouble', { doing, reason: messageOf(error) });
      }
    }
    this.#recoveries.delete(patient);
    if (patient.care.is !== 'gave-up') patient.care = { is: 'none' };
  }

  #endProbing(patient: Patient): void {
    this.#probings.get(patient)?.abort();
    this.#probings.delete(patient);
  }

  /** Each incarnation is looked at by itself, from the first sight of it on. */
  #probe(patient: Patient): void {
    const { probeFor, clock, log, policy, signal } = this.#parts;
    if (probeFor === undefined || this.#probings.has(patient) || patient.sighting.condition.is !== 'running') return;
    const spec = probeFor(patient.target);
    if (spec === undefined) return;
    const own = new AbortController();
    this.#probings.set(patient, own);
    const checked = (): void => {
      this.#see(patient, patient.sighting);
      this.#recoverIfFailed(patient, clock.wall());
    };
    const parts = { clock, log, remember: policy.confirm.of, checked };
    void probeTarget(spec, patient, parts, AbortSignal.any([signal, own.signal]))
      .catch((error: unknown) => {
        const doing = `probe ${patient.target.name}`;
        this.#parts.feed.emit('watchtower:trouble', { doing, reason: messageOf(error) });
      })
      .finally(() => {
        if (this.#probings.get(patient) === own) this.#probings.delete(patient);
      });
  }

  async #noteReset(patient: Patient): Promise<void> {
    try {
      await this.#host.memory.noteReset(patient);
    } catch (error) {
      const doing = `record the reset of ${patient.target.name}`;
      this.#parts.feed.emit('watchtower:trouble', { doing, reason: messageOf(error) });
    }
  }

  #forget(key: string, patient: Patient): void {
    this.#patients.delete(key);
    this.#endProbing(patient);
    this.#undecided.get(patient)?.[Symbol.dispose]();
    this.#undecided.delete(patient);
    const recovery = this.#recoveries.get(patient);
    if (recovery === undefined) return;
    recovery.abort();
    this.#parts.feed.emit('watchtower:resolved', { target: patient.target, how: 'gone' });
  }
}

function keyOf(source: WatchSource, id: string): string {
  return `${source.kind} ${id}`;
}
