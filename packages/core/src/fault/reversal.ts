import { isDeepStrictEqual } from 'node:util';
import pRetry from 'p-retry';
import { deadline } from '../deadline.ts';
import { messageOf } from '../errors.ts';
import type { Json } from '../json.ts';
import type { AnyFault } from '../plugin.ts';
import { unlessAborted } from '../run/unless-aborted.ts';
import { type FaultContext, has } from './injector.ts';
import type { Proof } from './life.ts';
import { lookUntil } from './proof.ts';

/** What is needed to undo a fault: the injector and what was written down before it acted. */
export interface Undoable {
  readonly fault: AnyFault;
  readonly undo: unknown;
  readonly fingerprint?: Json | undefined;
}

export type Reversal =
  | { readonly outcome: 'reverted' | 'gone'; readonly proof: Proof }
  | { readonly outcome: 'leaked'; readonly reason: string };

export interface ReversalOptions {
  readonly context: FaultContext;
  /** Milliseconds one attempt may take before it is given up and tried again. */
  readonly attempt: number;
  /** Milliseconds until the fault counts as leaked. */
  readonly within: number;
  readonly onFailedAttempt?: (reason: string) => void;
}

/** How long after an undo call its effect may take to show, ms. */
const SHOWS_WITHIN = 1_000;

/** A context whose signal also ends after `limit` ms. Dispose it when the call has ended. */
export function limited(context: FaultContext, limit: number): { context: FaultContext } & Disposable {
  const bound = deadline(context.clock, limit, context.signal);
  return { context: { ...context, signal: bound.signal }, [Symbol.dispose]: () => bound[Symbol.dispose]() };
}

/** What an injector answers within `limit` ms; rejects after that, whether or not the injector heeds its signal. */
export async function answered<Answer>(
  ask: (context: FaultContext) => Promise<Answer>,
  context: FaultContext,
  limit: number,
): Promise<Answer> {
  using bound = limited(context, limit);
  return await unlessAborted(ask(bound.context), bound.context.signal);
}

async function compareFingerprint(
  { fault, undo, fingerprint }: Undoable,
  context: FaultContext,
): Promise<Json | undefined> {
  if (fingerprint === undefined || !has(fault, 'fingerprint')) return undefined;
  const now = await fault.fingerprint(undo, context);
  if (isDeepStrictEqual(now, fingerprint)) return now;
  throw new Error(`expected the state found before, ${JSON.stringify(fingerprint)}, got ${JSON.stringify(now)}`);
}

async function attempt(undoable: Undoable, context: FaultContext): Promise<Reversal> {
  const { fault, undo } = undoable;
  await fault.revert(undo, context);
  const observe = () => fault.observe(undo, context);
  const proof = await lookUntil(observe, ['absent', 'gone'], {
    clock: context.clock,
    signal: context.signal,
    within: SHOWS_WITHIN,
  });
  if (proof.observation === 'present') throw new Error('the effect is still there after the undo');
  if (proof.observation === 'gone') return { outcome: 'gone', proof };
  const fingerprint = await compareFingerprint(undoable, context);
  return { outcome: 'reverted', proof: fingerprint === undefined ? proof : { ...proof, fingerprint } };
}

/** Undoes and proves it, trying again with growing pauses. Never throws: not proven is `leaked`. */
export async function undoUntilProven(undoable: Undoable, options: ReversalOptions): Promise<Reversal> {
  const { context, within } = options;
  const deadline = context.clock.now() + within;
  const once = async (): Promise<Reversal> => {
    const left = Math.max(1, deadline - context.clock.now());
    try {
      return await answered((bound) => attempt(undoable, bound), context, Math.min(options.attempt, left));
    } catch (error) {
      // p-retry gives up on a TypeError at once; here every failure is worth another try.
      throw error instanceof TypeError ? new Error(error.message, { cause: error }) : error;
    }
  };
  try {
    return await pRetry(once, {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 20,
      maxTimeout: 1_000,
      factor: 2,
      maxRetryTime: within,
      signal: context.signal,
      onFailedAttempt: ({ error }) => options.onFailedAttempt?.(messageOf(error)),
    });
  } catch (error) {
    return { outcome: 'leaked', reason: messageOf(error) };
  }
}
