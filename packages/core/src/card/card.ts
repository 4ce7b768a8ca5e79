import type { DurationInput } from '../duration.ts';
import type { ExperimentProbe } from '../experiment/experiment.ts';
import type { ExperimentInput, Plugins, ProbeInput, StopConditionInput } from '../experiment/input.ts';
import type { JsonObject } from '../json.ts';
import type { Implemented, ProbeTiming } from '../probe/define-probe.ts';

/** A probe in a card: plain data, or written by a factory such as `http({ … })`. */
export type CardProbe = ProbeInput<Plugins> | (ProbeTiming & Implemented & { readonly type: string });

/** A signal that must come: its name, or more exactly. */
export type ExpectedSignalInput =
  | string
  | {
      readonly name: string;
      /** What its data must hold, for detectors that watch many things: `{ target: 'api' }`. */
      readonly where?: JsonObject;
      /** After the effect. Default: `slo.detect` for triggers, `slo.recover` for the rest. */
      readonly within?: DurationInput;
    };

/** What the system under drill is expected to do by itself. What is left out is not required. */
export interface ExpectationInput {
  /** Each must fire: by this detector, in time. */
  readonly triggers?: readonly ExpectedSignalInput[];
  /** Each must be executed. */
  readonly playbooks?: readonly ExpectedSignalInput[];
  /** So many tasks must be created, no fewer and no more: `{ count: 1 }`. */
  readonly tasks?: {
    readonly count: number;
    /** Default: tasks of any name count. */
    readonly name?: string;
    readonly where?: JsonObject;
    readonly within?: DurationInput;
  };
  /**
   * From when on signals count. Default `effect`: the fault is proven in effect. `injection`: the injector was asked, for
   * detectors that may be faster than the proof, such as a parent that hears of its child's exit.
   */
  readonly countFrom?: 'effect' | 'injection';
}

/** Everything of a card that names something of a particular system. */
export interface CardBody {
  /** The service that is drilled: the row of the coverage matrix beside the card. */
  readonly target: string;
  /** The fault or faults, what is measured, how long recovery may take. Its stop conditions are in `rollback.when`. */
  readonly experiment: Omit<ExperimentInput<Plugins>, 'name' | 'description' | 'tags' | 'seed' | 'stopWhen'>;
  readonly blastRadius: {
    /** Most targets the faults may hit; a plan that hits more is not carried out. */
    readonly targets: number;
    /** For people. */
    readonly description?: string;
  };
  /** Each must be healthy once before anything is broken; else the drill is not run. */
  readonly preconditions?: readonly CardProbe[];
  /**
   * How the effect is proven: by the injector's own look from outside, or by a probe that must turn degraded while the
   * fault is there. A card without cannot be covered.
   */
  readonly effect?: 'injector' | CardProbe;
  readonly expect?: ExpectationInput;
  /** Services that must not be hit. */
  readonly controls?: readonly CardProbe[];
  /** Each must be healthy afterwards, within `slo.verify`. */
  readonly verification?: readonly CardProbe[];
  /** When to put back early, and how it is proven that all was put back. A card without cannot be covered. */
  readonly rollback?: {
    readonly when?: readonly StopConditionInput[];
    /** From the request to the proof. Default 30 s. */
    readonly within?: DurationInput;
    /** Each must be healthy after the rollback, beside the injector's own proof. */
    readonly restored?: readonly CardProbe[];
  };
  readonly slo?: {
    /** From impact to the system's own detection. Default 30 s. */
    readonly detect?: DurationInput;
    /** From impact until users are fine again. Default 5 min. */
    readonly recover?: DurationInput;
    /** For all of `verification` to be healthy. Default 3 min. */
    readonly verify?: DurationInput;
  };
}

/** What a card says whatever system it is drilled on. */
export interface CardHead {
  /** Short and unique, such as `KH001`. */
  readonly id: string;
  readonly name: string;
  readonly category: string;
  /** What is believed to happen, in one sentence. */
  readonly hypothesis: string;
  /** Weight above 0; 2 and more is high risk. */
  readonly risk: number;
  /** Who gets the backlog item. */
  readonly owner: string;
  /** How often it must be drilled. Default by risk: 3 days from 2.0, 7 days from 1.0, else 14 days. */
  readonly interval?: DurationInput;
}

/** A signal that must come, as checked. Milliseconds. */
export interface ExpectedSignal {
  readonly name: string;
  readonly where: JsonObject;
  readonly within: number;
}

export interface ExpectedTasks {
  readonly name: string | null;
  readonly where: JsonObject;
  readonly within: number;
  readonly count: number;
}

/** A failure card, checked and bound to one system: what to break, what must happen, and how both are proven. */
export interface Card {
  readonly id: string;
  readonly name: string;
  readonly category: string;
  readonly hypothesis: string;
  readonly risk: number;
  readonly owner: string;
  /** Milliseconds. */
  readonly interval: number;
  readonly target: string;
  readonly blastRadius: { readonly targets: number; readonly description?: string };
  /** SHA-256 of everything the card says: a changed card is another card to the coverage. */
  readonly fingerprint: string;
  /** In its written form, with the probes of the gates among its own and `rollback.when` as its stop conditions. */
  readonly experiment: JsonObject;
  readonly preconditions: readonly ExperimentProbe[];
  readonly effect: { readonly by: 'injector' } | { readonly by: 'probe'; readonly probe: string } | null;
  readonly expect: {
    readonly triggers: readonly ExpectedSignal[];
    readonly playbooks: readonly ExpectedSignal[];
    readonly tasks: ExpectedTasks | null;
    readonly countFrom: 'effect' | 'injection';
  };
  /** Names of probes in the experiment. */
  readonly controls: readonly string[];
  readonly verification: readonly ExperimentProbe[];
  readonly rollback: {
    readonly within: number;
    readonly restored: readonly ExperimentProbe[];
  } | null;
  readonly slo: { readonly detect: number; readonly recover: number; readonly verify: number };
}
