import type { Experiment, ExperimentProbe, Objective } from '../experiment/experiment.ts';
import { beneath, problemError, valueAt } from '../experiment/problem.ts';
import { experimentSchema } from '../experiment/schema.ts';
import { checkedBy } from '../experiment/zod-schema.ts';
import type { Json, JsonObject } from '../json.ts';
import { carryImplementation, implementationOf } from '../probe/define-probe.ts';
import type { Card, ExpectedSignal, ExpectedTasks } from './card.ts';
import type { CheckedCard } from './card-schema.ts';
import { fingerprint } from './fingerprint.ts';
import { intervalOf } from './interval.ts';

/** Least share of healthy checks of a probe without an objective of its own. */
const USUAL_SUCCESS = 0.99;

/**
 * The card of what was checked. `written` is the same as it came: probes that were written by a factory carry their
 * implementation there. Throws `CHAOS_CARD_INVALID` when the experiment is not well formed.
 */
export function composeCard(checked: CheckedCard, json: Json, written: unknown): Card {
  const { drill, interval, ...head } = checked;
  const { target, blastRadius, expect, rollback, slo } = drill;
  const gates = gateProbes(checked, written);
  return {
    ...head,
    interval: interval ?? intervalOf(head.risk),
    target,
    blastRadius,
    fingerprint: fingerprint(json),
    experiment: experimentJson(checked, written, [...gates.controls, ...gates.effect]),
    preconditions: carried(drill.preconditions, written, 'preconditions'),
    effect: effectOf(drill.effect),
    expect: {
      triggers: expect.triggers.map((signal) => expected(signal, slo.detect)),
      playbooks: expect.playbooks.map((signal) => expected(signal, slo.recover)),
      tasks: expect.tasks === undefined ? null : expectedTasks(expect.tasks, slo.recover),
      countFrom: expect.countFrom,
    },
    controls: gates.controls.map(({ name }) => name),
    verification: carried(drill.verification, written, 'verification'),
    rollback:
      rollback === undefined
        ? null
        : { within: rollback.within, restored: carried(rollback.restored, written, 'rollback', 'restored') },
    slo,
  };
}

type Body = CheckedCard['drill'];

interface GateProbes {
  readonly controls: readonly ExperimentProbe[];
  readonly effect: readonly ExperimentProbe[];
}

/** Probes of gates that look while the fault is there: they are sampled with the experiment's own. */
function gateProbes({ drill: { controls, effect } }: CheckedCard, written: unknown): GateProbes {
  const own = effect === undefined || effect === 'injector' ? [] : [effect];
  return {
    controls: carried(controls, written, 'controls'),
    effect: own.map((probe) => carryFrom(probe, valueAt(written, ['drill', 'effect']))),
  };
}

/** The experiment in its written form, with the gates' probes; only its own probes decide its verdict. */
function experimentJson(checked: CheckedCard, written: unknown, more: readonly ExperimentProbe[]): JsonObject {
  const { id, name, hypothesis, category, drill } = checked;
  const own = { ...drill.experiment, name: `${id} ${name}`, description: hypothesis, tags: [category] };
  const { probes, objectives } = wellFormed(own).steadyState;
  const judged = objectives.length > 0 ? objectives : probes.map(usualObjective);
  const sampled = [...carried(probes, written, 'experiment', 'steadyState', 'probes'), ...more];
  return {
    ...own,
    steadyState: { hypothesis, probes: sampled.map(writtenProbe), objectives: judged.map((one) => ({ ...one })) },
    stopWhen: (drill.rollback?.when ?? []).map((condition) => ({ ...condition })),
  };
}

function wellFormed(own: JsonObject): Experiment {
  const checked = checkedBy(experimentSchema, own);
  if (checked.ok) return checked.value;
  throw problemError('CHAOS_CARD_INVALID', 'the card', beneath(['drill', 'experiment'], checked.problems));
}

function usualObjective({ name }: ExperimentProbe): Objective {
  return { probe: name, success: USUAL_SUCCESS };
}

/** As it is written in an experiment, with the implementation it carries. */
function writtenProbe(probe: ExperimentProbe): JsonObject {
  const { options, business, ...timing } = probe;
  const spec: JsonObject = { ...options, ...timing, ...(business === undefined ? {} : { business: { ...business } }) };
  const implementation = implementationOf(probe);
  return implementation === undefined ? spec : carryImplementation(spec, implementation);
}

function carried(probes: readonly ExperimentProbe[], written: unknown, ...path: readonly string[]): ExperimentProbe[] {
  return probes.map((probe, index) => carryFrom(probe, valueAt(written, ['drill', ...path, index])));
}

function carryFrom(probe: ExperimentProbe, spec: unknown): ExperimentProbe {
  const implementation = typeof spec === 'object' && spec !== null ? implementationOf(spec) : undefined;
  return implementation === undefined ? probe : carryImplementation({ ...probe }, implementation);
}

function effectOf(effect: Body['effect']): Card['effect'] {
  if (effect === undefined) return null;
  return effect === 'injector' ? { by: 'injector' } : { by: 'probe', probe: effect.name };
}

function expected({ name, where, within }: Body['expect']['triggers'][number], usual: number): ExpectedSignal {
  return { name, where, within: within ?? usual };
}

function expectedTasks(tasks: NonNullable<Body['expect']['tasks']>, usual: number): ExpectedTasks {
  const { count, name, where, within } = tasks;
  return { count, name: name ?? null, where, within: within ?? usual };
}
