import type * as z from 'zod';
import type { Clock } from '../clock.ts';
import type { DurationInput } from '../duration.ts';
import type { Json } from '../json.ts';
import type { Logger } from '../logger.ts';
import type { Random } from '../random.ts';
import type { Target } from '../target/target.ts';

/** What a fault's verbs may use. */
export interface FaultContext {
  /** Aborted when the step must end early; a verb should stop and throw the signal's reason. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Seeded per run and fault. */
  readonly random: Random;
  readonly log: Logger;
  /** The named connection the target was found on, when its source has several. */
  readonly connection?: string;
  /**
   * Says beforehand that the event loop will stand still on purpose for up to this many milliseconds: until then the
   * guardian does not take the silence for death. Resolves once it was told. At most one minute. Absent where no
   * heartbeats are expected.
   *
   * @throws ChaosError `CHAOS_GUARDIAN_LOST` when nobody could be told, `CHAOS_OPTIONS_INVALID` beyond the bound.
   */
  extendLease?(milliseconds: number): Promise<void>;
}

/**
 * What the effect outlives:
 * - `engine`: nothing. It lives in the engine's own process and dies with it; no guardian is needed.
 * - `process`: the engine, not the target process or the helper that carries it.
 * - `container`: the engine, not a restart of the container.
 * - `host`: restarts of the target (a changed file, a limit, a disconnected network).
 */
export type Survival = 'engine' | 'process' | 'container' | 'host';

/**
 * The world as seen from outside the injector's own call.
 * `gone` = proven absent because what carried the effect no longer exists.
 */
export type Observation = 'present' | 'absent' | 'gone';

/** How much harm a fault can do at worst; `safety.requireApproval` and reports use it. Default `medium`. */
export type Risk = 'low' | 'medium' | 'high' | 'critical';

/**
 * One way to break something. `revert` and `observe` are called with the undo record alone, possibly in another
 * process, after a crash, twice, or without `inject` ever having run.
 */
export interface FaultInjector<
  Type extends string = string,
  Kind extends string = string,
  Params extends z.ZodType = z.ZodType,
  Undo extends z.ZodType = z.ZodType,
> {
  readonly type: Type;
  /** The kind of target it acts on. */
  readonly target: Kind;
  readonly params: Params;
  /** JSON that is enough to revert and to observe. Written to disk before `inject` runs. */
  readonly undo: Undo;
  readonly survives: Survival;
  /**
   * Upper bound of the longest call of `inject` or `revert` that may still land after this process was killed, or after
   * it rejected: for so long the engine looks whether anything comes, unless the reason is `CHAOS_TARGET_CHANGED` or
   * `CHAOS_FAULT_IMPOSSIBLE`, which say that nothing was sent.
   */
  readonly settle: DurationInput;
  readonly risk?: Risk;
  /** Reads only. Returns the undo record. */
  prepare(target: Target, params: z.output<Params>, context: FaultContext): Promise<z.output<Undo>>;
  /** Makes it so. May be cut off at any instruction. */
  inject(target: Target, params: z.output<Params>, undo: z.output<Undo>, context: FaultContext): Promise<void>;
  /** Puts back what `prepare` found. Idempotent. */
  revert(undo: z.output<Undo>, context: FaultContext): Promise<void>;
  /** Looks at the world, not at what this object remembers. Used for proof of effect and for proof of reversal. */
  observe(undo: z.output<Undo>, context: FaultContext): Promise<Observation>;
}

/**
 * A fault that nothing holds: kill, crash, exit. It ends `spent` once the old incarnation is proven ended.
 * Its `revert` puts the found state back after the recovery window if nobody else did; its `observe` answers
 * `present` while the found state is missing, `absent` when it is back, `gone` when there is nothing to put back.
 */
export interface MomentaryFault<Undo = unknown> {
  readonly momentary: true;
  /** Proof of effect: the incarnation in the undo record has ended. */
  ended(undo: Undo, context: FaultContext): Promise<boolean>;
}

/** A fault that can state what it touches exactly, beyond present or absent. */
export interface FingerprintedFault<Undo = unknown> {
  /** The state that must be the same before injection and after reversal. Reads only; plain JSON. */
  fingerprint(undo: Undo, context: FaultContext): Promise<Json>;
}

/** A fault whose carrier dies by itself without heartbeats: a helper, a proxy. */
export interface LeasedFault<Undo = unknown> {
  /** Keep the effect alive for another `lease` milliseconds. */
  renew(undo: Undo, lease: number, context: FaultContext): Promise<void>;
}

/** A fault that counts what it hit. */
export interface CountingFault<Undo = unknown> {
  counters(undo: Undo, context: FaultContext): Promise<{ readonly eligible: number; readonly injected: number }>;
}

/**
 * A fault that says which resources it touches. Two live faults that share one are refused; an empty list composes
 * with everything. Without this ability a fault touches its whole target.
 */
export interface TouchingFault<Params = unknown> {
  touches(target: Target, params: Params): readonly string[];
}

/** A fault that can tell in `plan()` whether this host and target can carry it. Reads only. */
export interface FeasibleFault<Params = unknown> {
  feasible(target: Target, params: Params, context: FaultContext): Promise<Feasibility>;
}

export type Feasibility =
  | { readonly possible: true; readonly path?: string }
  | { readonly possible: false; readonly reason: string; readonly remedy: string };

/** A fault with its own sentence for plans and reports. */
export interface DescribedFault<Params = unknown> {
  describe(target: Target, params: Params): string;
}

/** Every optional ability, as accepted by {@link defineFault}. */
export type FaultAbilities<Params, Undo> = Partial<
  MomentaryFault<Undo> &
    FingerprintedFault<Undo> &
    LeasedFault<Undo> &
    CountingFault<Undo> &
    TouchingFault<Params> &
    FeasibleFault<Params> &
    DescribedFault<Params>
>;

type AbilityName = keyof FaultAbilities<unknown, unknown>;

/** True when the fault has the optional ability of this name. */
export function has<Fault extends object, Name extends AbilityName>(
  fault: Fault,
  name: Name,
): fault is Fault & Required<Pick<FaultAbilities<unknown, unknown>, Name>> {
  return name in fault && Reflect.get(fault, name) !== undefined;
}
