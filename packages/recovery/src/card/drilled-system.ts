import type {
  CardBody,
  CardProbe,
  DurationInput,
  ExpectationInput,
  FaultInput,
  JsonObject,
  Plugins,
} from '@bridge/chaos-core';
import * as z from 'zod';

const probe = z.custom<CardProbe>(
  (value) => typeof value === 'object' && value !== null && 'type' in value && 'name' in value,
  { error: 'expected a probe such as http({ name, url })' },
);
const time = z.custom<DurationInput>((value) => typeof value === 'string' || typeof value === 'number', {
  error: 'expected a duration such as "30s"',
});
const name = z.string().min(1);

/** What every built-in card has to know of the system that it is drilled on. */
export const drilledSystem = {
  /** The service: the row of the coverage matrix, and the group that its signals must name. */
  target: name,
  /** What its users notice, timed before, while and after it is broken. Without it, `verification` alone decides. */
  users: probe.optional(),
  /** What must hold before and afterwards, beside `users`. */
  verification: z.array(probe).readonly().default([]),
  /** Services that must notice nothing. */
  controls: z.array(probe).readonly().default([]),
  /** How long it is looked at before anything is broken. Default 5 s. */
  baseline: time.default('5s'),
  /** How long the fault is held at most; a playbook may end it sooner. Default 60 s. */
  hold: time.default('60s'),
  /** How long users must be fine again before that counts as recovered. Default 5 s. */
  steady: time.default('5s'),
  /** From the impact to the detection, to the recovery, and for all of the verification. */
  slo: z
    .strictObject({ detect: time.default('30s'), recover: time.default('300s'), verify: time.default('180s') })
    .prefault({}),
};

/** Names of the trigger and playbook that are expected; their defaults are those of this package. */
export function expected<const Trigger extends string, const Playbook extends string>(
  trigger: Trigger,
  playbook: Playbook,
) {
  return { trigger: name.default(trigger), playbook: name.default(playbook) };
}

const shape = z.object({ ...drilledSystem, trigger: name, playbook: name });

interface Drilled {
  readonly type: string;
  readonly on: JsonObject;
  readonly params?: JsonObject;
  /** Nothing holds it: it is over once it has happened. */
  readonly momentary?: boolean;
  readonly tasks?: NonNullable<ExpectationInput['tasks']>;
}

/** The body that the built-in cards share: one fault on one target, a trigger and a playbook of its group. */
export function drillOf(system: z.output<typeof shape>, drilled: Drilled): CardBody {
  const { target, users, verification, controls, baseline, hold, steady, slo, trigger, playbook } = system;
  const { type, on, params = {}, momentary = false, tasks } = drilled;
  const where = { group: target };
  const measured = users === undefined ? [] : [users];
  const looks = [...measured, ...verification];
  const fault: FaultInput<Plugins> = { type, target: on, params, ...(momentary ? {} : { for: hold }) };
  return {
    target,
    experiment: {
      steadyState: { probes: measured },
      baseline,
      faults: [fault],
      recovery: { within: slo.recover, hold: steady },
      expect: 'recovered',
    },
    blastRadius: { targets: 1, description: `${target} alone` },
    preconditions: looks,
    effect: 'injector',
    expect: {
      triggers: [{ name: trigger, where }],
      playbooks: [{ name: playbook, where }],
      ...(tasks === undefined ? {} : { tasks: { where: { playbook }, ...tasks } }),
      // A detector that looks often may be faster than the proof of the effect.
      countFrom: 'injection',
    },
    controls,
    verification: looks,
    rollback: { restored: looks },
    slo,
  };
}
