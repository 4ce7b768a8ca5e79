import { type Clock, messageOf, type Random } from '@bridge/chaos-core';
import type { EventFeed } from '../event/event-feed.ts';
import type { Leadership } from '../leadership/leadership.ts';
import type { Bell } from './bell.ts';
import type { Clearances, Leading } from './clearance.ts';
import type { Patient } from './patient.ts';
import { restartDelay } from './policy/backoff.ts';
import type { WatchPolicy } from './policy/watch-policy.ts';
import { type RestartMemory, restartKey } from './restart-memory.ts';
import type { ProbeFor } from './target-probing.ts';
import { type Verification, verifyRestart } from './verification.ts';
import type { WatchContext } from './watch-source.ts';
import type { Deferral, WatchtowerEvents } from './watchtower-events.ts';

export interface RecoveryHost {
  readonly policy: WatchPolicy;
  readonly clock: Clock;
  readonly random: Random;
  readonly feed: EventFeed<WatchtowerEvents>;
  readonly leadership: Leadership;
  readonly clearances: Clearances;
  readonly memory: RestartMemory;
  readonly bell: Bell;
  readonly probeFor: ProbeFor | undefined;
  readonly context: WatchContext;
  /** Looks at the patient again and takes in what is seen. False when it exists no more. */
  look(patient: Patient): Promise<boolean>;
}

/** Room for the engine's answer beside the time that a stop is given. */
const ANSWER = 15_000;

/** Brings one failed target back: waits, restarts, verifies, again and again until it is fine or given up. */
export class RestartRecovery {
  readonly #host: RecoveryHost;
  readonly #patient: Patient;
  readonly #began: number;
  #silenceTold = false;
  #deferral: Deferral | undefined;

  constructor(host: RecoveryHost, patient: Patient) {
    this.#host = host;
    this.#patient = patient;
    this.#began = host.clock.now();
  }

  /** Ends when nothing is left to do. Rejects with the signal's reason when aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, policy, random } = this.#host;
    for (let attempt = this.#patient.row + 1; ; attempt = this.#patient.row + 1) {
      this.#patient.care = { is: 'recovering', attempt, step: 'waiting' };
      if (this.#isSpent()) return;
      const delay = restartDelay(this.#patient.row, policy.backoff, random);
      await clock.sleep(delay, { signal, ref: false });
      const { standing, slot } = await this.#clearance(signal);
      using _slot = slot;
      if (await this.#learns(standing)) continue;
      if (!(await this.#stillFailed())) return;
      if (await this.#attempt(attempt, standing, signal)) return;
    }
  }

  /** True when that was all that can be done. */
  #isSpent(): boolean {
    const { policy, clock, feed } = this.#host;
    const restarts = this.#patient.restarts.at(clock.now());
    if (restarts < policy.budget.restarts) return false;
    this.#patient.care = { is: 'gave-up' };
    feed.emit('watchtower:gave-up', { target: this.#patient.target, restarts });
    return true;
  }

  async #clearance(signal: AbortSignal): Promise<{ readonly standing: Leading; readonly slot: Disposable }> {
    const { clearances, clock, bell } = this.#host;
    for (;;) {
      const clearance = clearances.ask(this.#patient, clock.now());
      if (clearance.cleared) return clearance;
      this.#defer(clearance.reason);
      await bell.wait(clock, clearance.retryIn, signal);
    }
  }

  #defer(reason: Deferral): void {
    const { feed, clock, policy } = this.#host;
    const { target } = this.#patient;
    if (reason !== this.#deferral) feed.emit('watchtower:deferred', { target, reason });
    this.#deferral = reason;
    const since = clock.now() - this.#began;
    if (reason !== 'witness' || this.#silenceTold || since < policy.leaderPatience) return;
    this.#silenceTold = true;
    feed.emit('watchtower:leader-silent', { target, since });
  }

  /** True when former leaders have restarted it too, or nobody can tell: then budget and pause are looked at again. */
  async #learns({ term }: Leading): Promise<boolean> {
    try {
      return await this.#host.memory.recall(this.#patient, term);
    } catch (error) {
      const doing = `ask what was done before for ${this.#patient.target.name}`;
      this.#host.feed.emit('watchtower:trouble', { doing, reason: messageOf(error) });
      return true;
    }
  }

  /** Right before acting: still there, still the incarnation that failed, still failed. */
  async #stillFailed(): Promise<boolean> {
    const { feed } = this.#host;
    const { target: before } = this.#patient;
    if (!(await this.#host.look(this.#patient))) {
      feed.emit('watchtower:resolved', { target: before, how: 'gone' });
      return false;
    }
    const { target, assessment } = this.#patient;
    if (target.startedAt !== before.startedAt && assessment.is !== 'failed') {
      feed.emit('watchtower:resolved', { target, how: 'other-incarnation' });
      return false;
    }
    if (assessment.is === 'failed') return true;
    if (assessment.is === 'waiting') feed.emit('watchtower:deferred', { target, reason: 'other-supervisor' });
    else feed.emit('watchtower:resolved', { target, how: assessment.is });
    return false;
  }

  /** True when the target is fine again, or somebody else cares for it now. */
  async #attempt(attempt: number, { term, signal: leading }: Leading, signal: AbortSignal): Promise<boolean> {
    const { leadership, feed, clock } = this.#host;
    const { target } = this.#patient;
    this.#patient.row += 1;
    const key = restartKey(target, attempt);
    const what = `restart ${target.kind} ${target.name} in term ${term}`;
    const grant = await leadership.begin({ key, what, timeout: target.stopTimeout + ANSWER });
    if (!grant.granted) {
      feed.emit('watchtower:trouble', { doing: what, reason: `${grant.reason}: ${grant.detail}` });
      return false;
    }
    this.#patient.restarts.add(clock.now());
    this.#patient.care = { is: 'recovering', attempt, step: 'acting' };
    const outcome = await this.#restart(attempt, AbortSignal.any([signal, leading]));
    await grant.finish(outcome.effective === undefined || outcome.effective ? 'done' : 'failed').catch((error) => {
      feed.emit('watchtower:trouble', { doing: `record the end of: ${what}`, reason: messageOf(error) });
    });
    return this.#judge(attempt, outcome);
  }

  async #restart(attempt: number, signal: AbortSignal): Promise<Verification> {
    const { feed, clock, context } = this.#host;
    const patient = this.#patient;
    const began = clock.now();
    feed.emit('watchtower:restarting', { target: patient.target, attempt, waited: began - this.#began });
    try {
      await patient.source.restart(patient.sighting, { ...context, signal });
    } catch (error) {
      return { effective: false, reason: messageOf(error) };
    }
    if (!(await this.#host.look(patient))) return { effective: undefined, how: 'gone' };
    feed.emit('watchtower:restarted', { target: patient.target, attempt, took: clock.now() - began });
    patient.care = { is: 'recovering', attempt, step: 'verifying' };
    return verifyRestart(this.#host, patient, signal);
  }

  #judge(attempt: number, outcome: Verification): boolean {
    const { feed, clock, policy } = this.#host;
    const { target, ineffective } = this.#patient;
    if (outcome.effective === undefined) {
      feed.emit('watchtower:resolved', { target, how: outcome.how });
      return true;
    }
    if (outcome.effective) {
      feed.emit('watchtower:effective', { target, attempt, took: clock.now() - this.#began });
      return true;
    }
    feed.emit('watchtower:ineffective', { target, attempt, reason: outcome.reason });
    ineffective.add(clock.now());
    const failures = ineffective.at(clock.now());
    if (failures >= policy.escalate.ineffective) {
      feed.emit('watchtower:escalated', { target, ineffective: failures });
      ineffective.clear();
    }
    return false;
  }
}
