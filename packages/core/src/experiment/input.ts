import type * as z from 'zod';
import type { DurationInput } from '../duration.ts';
import type { FaultInjector } from '../fault/injector.ts';
import type { Json } from '../json.ts';
import type { LoadGenerator } from '../load.ts';
import type { ChaosPlugin } from '../plugin.ts';
import type { Implemented, ProbeTiming } from '../probe/define-probe.ts';
import type { RecoveryProbe } from '../probe/probe.ts';
import type { TargetSource } from '../target/target-source.ts';
import type { Condition, OnRestart, Pick } from './experiment.ts';
import type { ShareInput } from './share.ts';
import type { ValueSourceInput } from './value-source-schema.ts';

/** Any list of plugins; the exact list carries the types of what it provides. */
export type Plugins = readonly ChaosPlugin[];

/** A string with a template: `${configuration.x}`, `${secrets.x}`, `${outputs.step.path}`. */
export type Template = `${string}\${${string}}${string}`;

/** The same data, where a template may stand for any value inside. */
export type Templated<Value> =
  | Template
  | (Value extends readonly (infer Item)[]
      ? readonly Templated<Item>[]
      : Value extends object
        ? { readonly [Key in keyof Value]: Templated<Value[Key]> }
        : Value);

type FaultsOf<Ps extends Plugins> = Ps[number]['faults'][number];
type ProbesOf<Ps extends Plugins> = Ps[number]['probes'][number];
type SourcesOf<Ps extends Plugins> = Ps[number]['targets'][number];
type LoadsOf<Ps extends Plugins> = NonNullable<Ps[number]['loads']>[number];

/** What may stand under a kind's name: the query of its source, any JSON when no plugin in the list is that source. */
type QueryInput<Ps extends Plugins, Kind extends string> = [Extract<SourcesOf<Ps>, TargetSource<Kind>>] extends [never]
  ? Json
  : Templated<z.input<Extract<SourcesOf<Ps>, TargetSource<Kind>>['query']>>;

/**
 * Which targets. The one key that is a kind holds the query; a plain name or number must match exactly one target, any
 * other query takes all that match.
 */
export type SelectorInput<Ps extends Plugins, Kind extends string> = Kind extends string
  ? { readonly [Key in Kind]: QueryInput<Ps, Key> } & {
      readonly pick?: Pick;
      /** What to do when nothing matches. Default `error`. */
      readonly onEmpty?: 'error' | 'skip';
    }
  : never;

/** Params may be left out when an empty object would do. */
type ParamsInput<Params extends z.ZodType> =
  NoParams extends z.input<Params>
    ? { readonly params?: Templated<z.input<Params>> }
    : { readonly params: Templated<z.input<Params>> };

/** An object without members, as zod has it. */
type NoParams = Record<string, never>;

interface NamedInput {
  /** Name under which outputs of the step are found. Letters, digits, `_`, `-`. */
  readonly id?: string;
  /** The step is skipped unless this holds. */
  readonly when?: Condition;
}

type FaultOf<Ps extends Plugins, Fault> =
  Fault extends FaultInjector<infer Type, infer Kind, infer Params, z.ZodType>
    ? {
        readonly type: Type;
        readonly target: SelectorInput<Ps, Kind>;
        /** How long it is held; without it until all steps are done, or the scope ends. */
        readonly for?: DurationInput;
      } & ParamsInput<Params>
    : never;

/** One fault of these plugins, the argument of `engine.inject`. */
export type FaultInput<Ps extends Plugins> = FaultOf<Ps, FaultsOf<Ps>>;

type LoadOf<Load> =
  Load extends LoadGenerator<infer Type, infer Options> ? { readonly type: Type } & OptionsInput<Options> : never;

/** Options beside a type; of a plugin whose exact type is not known, any. */
type OptionsInput<Options extends z.ZodType> =
  unknown extends z.input<Options> ? { readonly [option: string]: unknown } : Templated<z.input<Options>>;

/** Load of these plugins: the type, and beside it its options. */
export type LoadInput<Ps extends Plugins> = LoadOf<LoadsOf<Ps>>;

/** One step: exactly one of the forms. */
export type StepInput<Ps extends Plugins> =
  | (NamedInput &
      FaultInput<Ps> & {
        /** When its target restarts: it ends (default), or is injected anew for the rest of its time. */
        readonly onRestart?: OnRestart;
      })
  | (NamedInput & { readonly serial: readonly StepInput<Ps>[] })
  | (NamedInput & { readonly parallel: readonly StepInput<Ps>[] })
  | (NamedInput & { readonly delay: DurationInput })
  | (NamedInput & { readonly repeat: number; readonly steps: readonly StepInput<Ps>[] })
  | (NamedInput & { readonly probe: string })
  | (NamedInput & { readonly load: LoadInput<Ps>; readonly for?: DurationInput });

type ProbeOf<Probe> =
  Probe extends RecoveryProbe<infer Type, infer Options>
    ? ProbeTiming & { readonly type: Type } & OptionsInput<Options>
    : never;

/** A probe of these plugins. */
export type ProbeInput<Ps extends Plugins> = ProbeOf<ProbesOf<Ps>>;

/** A probe written by a factory, `http({ name, url })`: checked there, and it brings its implementation along. */
type WrittenProbe = ProbeTiming & Implemented & { readonly type: string };

export interface ObjectiveInput {
  readonly probe: string;
  /** Least share of healthy checks: 0.99 or `'99%'`. */
  readonly success?: ShareInput;
  readonly p50?: DurationInput;
  readonly p95?: DurationInput;
  readonly p99?: DurationInput;
  /** In the health score. Default 1. */
  readonly weight?: number;
}

export interface StopConditionInput {
  readonly probe?: string;
  readonly successBelow?: ShareInput;
  readonly p95Above?: DurationInput;
  /** Of the health score of the run; `true`: 0.8. */
  readonly healthBelow?: ShareInput | true;
  readonly cpuAbove?: ShareInput;
  readonly memoryAbove?: ShareInput;
  readonly errorBudgetSpent?: ShareInput;
  readonly slo?: ShareInput;
  /** Default 5 s. */
  readonly over?: DurationInput;
}

/** An experiment as it is written. */
export interface ExperimentInput<Ps extends Plugins> {
  readonly name: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly configuration?: Readonly<Record<string, ValueSourceInput>>;
  readonly secrets?: Readonly<Record<string, ValueSourceInput>>;
  /** Whole number from 0. Without it a fresh one is drawn and reported. */
  readonly seed?: number;
  readonly steadyState?: {
    readonly hypothesis?: string;
    readonly probes?: readonly (ProbeInput<Ps> | WrittenProbe)[];
    readonly objectives?: readonly ObjectiveInput[];
  };
  /** Default 5 s with probes, 0 without. */
  readonly baseline?: DurationInput;
  readonly load?: LoadInput<Ps>;
  /** One after the other, unless inside `parallel`. */
  readonly faults: readonly StepInput<Ps>[];
  readonly recovery?: {
    /** Default 60 s. */
    readonly within?: DurationInput;
    /** Default 10 s. */
    readonly hold?: DurationInput;
    /** Default 0.99. */
    readonly success?: ShareInput;
  };
  /** Default `recovered`. */
  readonly expect?: 'held' | 'recovered';
  readonly stopWhen?: readonly StopConditionInput[];
  /** Default 15 min. */
  readonly maxDuration?: DurationInput;
}
