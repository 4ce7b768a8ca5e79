import type { Need, ServiceGraph } from '../../graph/service-graph.ts';
import { serviceOf } from '../../graph/service-of.ts';
import type { Patient } from '../patient.ts';

/**
 * Whoever needs something that has failed waits until that is back: a storm ends from its root upwards. Nobody waits for
 * what was given up, for what needs him in turn, for optional needs, or for longer than `patience`.
 */
export class DependencyOrder {
  readonly #graph: ServiceGraph;
  readonly #patience: number;
  readonly #waiting = new WeakMap<Patient, number>();

  constructor(graph: ServiceGraph, patience: number) {
    this.#graph = graph;
    this.#patience = patience;
  }

  /** Services the patient has to wait for; none when he need not. */
  before(patient: Patient, patients: Iterable<Patient>, now: number): readonly string[] {
    const missing = this.#missing(patient, [...patients]);
    if (missing.length === 0) {
      this.#waiting.delete(patient);
      return missing;
    }
    const since = this.#waiting.get(patient) ?? now;
    this.#waiting.set(patient, since);
    return now - since < this.#patience ? missing : [];
  }

  /** Whether the patient needs something that has failed since then, and all of that is fine again. */
  isCauseGone(patient: Patient, patients: Iterable<Patient>, since: number): boolean {
    const all = [...patients];
    const causes = this.#needs(patient)
      .flatMap(({ anyOf }) => anyOf)
      .map((service) => this.#membersOf(service, all))
      .filter((members) => members.some(({ failedAt }) => failedAt !== undefined && failedAt >= since));
    return causes.length > 0 && causes.every((members) => members.some((member) => member.isFine));
  }

  #missing(patient: Patient, patients: readonly Patient[]): readonly string[] {
    const isMissing = (service: string): boolean => isDown(this.#membersOf(service, patients));
    return this.#needs(patient).flatMap(({ anyOf }) => (anyOf.every(isMissing) ? anyOf : []));
  }

  /** What it cannot do without, but for what cannot do without him. */
  #needs({ target }: Patient): readonly Need[] {
    const graph = this.#graph;
    const own = serviceOf(target, graph);
    if (own === undefined) return [];
    const needing = new Set(graph.reachableFrom(own));
    const needs = graph.services.find(({ name }) => name === own)?.needs ?? [];
    return needs.filter(({ anyOf, optional }) => !optional && !anyOf.some((service) => needing.has(service)));
  }

  #membersOf(service: string, patients: readonly Patient[]): readonly Patient[] {
    return patients.filter(({ target }) => serviceOf(target, this.#graph) === service);
  }
}

/** Watched, with nobody of it fine, and somebody of it still to come back. */
function isDown(members: readonly Patient[]): boolean {
  if (members.some((member) => member.isFine)) return false;
  return members.some(({ care, assessment }) => care.is !== 'gave-up' && assessment.is !== 'retired');
}
