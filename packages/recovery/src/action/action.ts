import type { Clock, JsonObject, Logger } from '@bridge/chaos-core';
import type * as z from 'zod';

/** What an action may use. */
export interface ActionContext {
  /** Aborted at the time-out of the step, and when the run is aborted. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
  /** The same for every attempt of one step of one run: whoever is asked twice with it does it once. */
  readonly idempotencyKey: string;
}

/** What a look showed. `unknown`: it could not look; never taken for success. `score`: how good, 0 to 1. */
export type Finding =
  | { readonly is: 'good'; readonly detail?: string; readonly score?: number }
  | { readonly is: 'bad'; readonly detail: string; readonly score?: number }
  | { readonly is: 'unknown'; readonly detail: string };

/**
 * What an action does to the world:
 * - `changes`: something that {@link Action.revert} puts back.
 * - `informs`: somebody is told. That cannot be taken back.
 * - `reads`: nothing.
 */
export type Effect = 'changes' | 'informs' | 'reads';

/**
 * One thing that can be done to repair a system. `prepare` finds what `revert` needs; it is on disk before `run`
 * begins. After a crash in the middle, `verify` decides whether `run` is called again: it must bear that.
 */
export interface Action<
  Name extends string = string,
  Options extends z.ZodType = z.ZodType,
  Undo extends z.ZodType = z.ZodType,
> {
  readonly name: Name;
  readonly effect: Effect;
  readonly options: Options;
  /** Plain JSON that is enough to put back what was found. */
  readonly undo: Undo;
  /** Reads only. */
  prepare(options: z.output<Options>, context: ActionContext): Promise<z.output<Undo>>;
  /** Does it. The answer is the step's output, for later steps. Rejects when it failed. */
  run(options: z.output<Options>, undo: z.output<Undo>, context: ActionContext): Promise<JsonObject>;
  /** Looks at the world whether it is done. */
  verify(options: z.output<Options>, undo: z.output<Undo>, context: ActionContext): Promise<Finding>;
  /** Puts back what `prepare` found. Idempotent, also when `run` never began. */
  revert(undo: z.output<Undo>, context: ActionContext): Promise<void>;
  /** The run has ended well, nothing will be put back: removes what was kept for it. */
  settle?(undo: z.output<Undo>, context: ActionContext): Promise<void>;
}

/** Declares an action; identity at run time, keeps the exact types of its options. */
export function defineAction<const Name extends string, Options extends z.ZodType, Undo extends z.ZodType>(
  action: Action<Name, Options, Undo>,
): Action<Name, Options, Undo> {
  return action;
}
