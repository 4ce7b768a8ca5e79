import { ChaosError, isChaosError, messageOf } from '../errors.ts';
import { JOURNAL_VERSION, type JournalRecord } from '../journal/record.ts';
import type { Json } from '../json.ts';
import { unlessAborted } from '../run/unless-aborted.ts';
import { sameTarget } from '../target/target.ts';
import type { FaultHost, Injection } from './fault-host.ts';
import { type FaultContext, has, type Observation } from './injector.ts';
import type { Proof, RevertCause } from './life.ts';
import { LiveFault } from './live-fault.ts';
import { lookUntil } from './proof.ts';
import { answered, limited } from './reversal.ts';

function jsonOf(undo: unknown, type: string): Json {
  const text = JSON.stringify(undo);
  const json: Json = text === undefined ? null : JSON.parse(text);
  if (text === undefined)
    throw new ChaosError('CHAOS_PLUGIN_INVALID', `${type}: expected prepare() to return JSON, got ${typeof undo}`);
  return json;
}

function touched({ fault, target, params }: Injection): readonly string[] {
  return has(fault, 'touches') ? fault.touches(target, params) : [`${target.kind}:${target.id}`];
}

async function prepared(
  live: LiveFault,
  context: FaultContext,
): Promise<{ undo: unknown; json: Json; fingerprint: Json | undefined }> {
  const { fault, target, params } = live.injection;
  using bound = limited(context, live.host.limits.act);
  const answer = await unlessAborted(fault.prepare(target, params, bound.context), bound.context.signal);
  const json = jsonOf(answer, fault.type);
  // What another process will read back is what this one must work with too.
  const undo = fault.undo.safeParse(json);
  if (!undo.success) {
    throw new ChaosError(
      'CHAOS_PLUGIN_INVALID',
      `${fault.type}: prepare() returned an undo record its own schema refuses: ${undo.error.message}`,
    );
  }
  if (live.host.holdsSecret(JSON.stringify(json))) {
    throw new ChaosError(
      'CHAOS_FAULT_FAILED',
      `${fault.type}: the undo record would put a secret into the journal. Let the fault read it from the environment instead.`,
    );
  }
  const fingerprint = has(fault, 'fingerprint')
    ? await unlessAborted(fault.fingerprint(undo.data, bound.context), bound.context.signal)
    : undefined;
  return { undo: undo.data, json, fingerprint };
}

function recordOf(live: LiveFault, undo: Json, fingerprint: Json | undefined, order: number): JournalRecord {
  const { fault, plugin, target, runId } = live.injection;
  const { name, specifier, options } = plugin;
  // Undefined in a host that was bundled as CommonJS.
  const module: string | undefined = plugin.module;
  return {
    v: JOURNAL_VERSION,
    id: live.id,
    type: fault.type,
    // Labels are not needed to undo and may hold what must not lie on disk.
    target: { ...target, labels: {} },
    undo,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    survives: fault.survives,
    settle: live.settle,
    momentary: live.momentary,
    plugin: {
      name,
      module: module ?? specifier ?? 'bundled',
      options,
      ...(specifier === undefined ? {} : { specifier }),
    },
    engine: live.host.instance,
    ...(runId === undefined ? {} : { runId }),
    intendedAt: new Date(live.host.clock.wall()).toISOString(),
    order,
  };
}

let order = 0;

/** Prepares, records the intent, makes the undo record durable. Nothing is touched. */
async function intend(live: LiveFault, context: FaultContext): Promise<void> {
  const { host, injection } = live;
  await host.guarded(injection);
  const { undo, json, fingerprint } = await prepared(live, context);
  live.signal.throwIfAborted();
  await host.recordIntent(live, injection);
  order += 1;
  const entry = await host.journal.open(recordOf(live, json, fingerprint, order));
  live.recorded = { entry, undo, fingerprint };
  await live.become({ phase: 'intended' });
}

async function assertSameTarget({ source, target, signal }: Injection, { clock, log }: FaultHost): Promise<void> {
  const now = await source.reread(target, { signal, clock, log });
  if (now !== undefined && sameTarget(now, target)) return;
  throw new ChaosError(
    'CHAOS_TARGET_CHANGED',
    `expected ${target.kind} ${target.name} (${target.id}, started ${target.startedAt}), but it ${now === undefined ? 'has ended' : `was restarted at ${now.startedAt}`}. Nothing was done to it. Resolve the target again.`,
  );
}

/** Whether a call that failed says that it sent nothing. Any other may have, also where an answer came: of a time-out. */
function didNothing(error: unknown): boolean {
  return isChaosError(error, 'CHAOS_TARGET_CHANGED') || isChaosError(error, 'CHAOS_FAULT_IMPOSSIBLE');
}

async function act(live: LiveFault, context: FaultContext): Promise<void> {
  const { host, injection, recorded } = live;
  if (recorded === undefined) return;
  const { fault, target, params } = injection;
  live.signal.throwIfAborted();
  await live.become({ phase: 'injecting' }, { requestedAt: host.clock.now() });
  live.emit('fault:injecting', { fault: live.reference });
  await assertSameTarget(injection, host);
  using bound = limited(context, host.limits.act);
  live.signal.throwIfAborted();
  host.assertFresh(recorded.entry);
  const call = fault.inject(target, params, recorded.undo, bound.context);
  // The failure itself is reported below; here only the fact that the call has ended matters.
  live.inFlight = call.then(
    () => live.landed(),
    (error: unknown) => (didNothing(error) ? live.landed() : live.lost()),
  );
  try {
    await unlessAborted(call, bound.context.signal);
    live.learn({ acknowledgedAt: host.clock.now() });
  } finally {
    // Also when it failed: a call that comes after its own undo is refused, and the reason is the stall.
    host.assertFresh(recorded.entry);
  }
}

async function proveEffect(live: LiveFault, context: FaultContext): Promise<Proof> {
  const { fault } = live.injection;
  const undo = live.recorded?.undo;
  const { limits, clock } = live.host;
  const look = has(fault, 'ended')
    ? async (bound: FaultContext): Promise<Observation> => ((await fault.ended(undo, bound)) ? 'present' : 'absent')
    : (bound: FaultContext) => fault.observe(undo, bound);
  const observe = () => answered(look, context, limits.attempt);
  const proof = await lookUntil(observe, ['present', 'gone'], { clock, signal: context.signal, within: limits.effect });
  if (proof.observation === 'present') return proof;
  throw new ChaosError(
    'CHAOS_FAULT_INERT',
    `${fault.type} on ${live.target.name}: injected, but ${proof.observation === 'gone' ? 'the target is gone' : `no effect was seen within ${limits.effect} ms`}. It was reverted.`,
  );
}

async function settleActive(live: LiveFault, effect: Proof): Promise<void> {
  // Someone began to undo it while we looked.
  live.signal.throwIfAborted();
  const took = effect.at - (live.facts.requestedAt ?? effect.at);
  const facts = { effectiveAt: effect.at, effect };
  const hold = live.momentary ? null : live.injection.hold;
  live.emit('fault:effective', { fault: live.reference, proof: effect, took, hold });
  if (live.momentary) {
    await live.become({ phase: 'spent', effect, restoredByEngine: false }, facts);
    live.emit('fault:spent', { fault: live.reference, proof: effect });
    live.conclude();
  } else {
    await live.become({ phase: 'active', effect }, facts);
    live.hold();
  }
}

function causeOf(error: unknown, signal: AbortSignal): RevertCause {
  if (isChaosError(error, 'CHAOS_ENGINE_STALE')) return 'stale';
  if (isChaosError(error, 'CHAOS_EMERGENCY_STOPPED')) return 'emergency-stop';
  if (isChaosError(error, 'CHAOS_TARGET_CHANGED')) return 'target-changed';
  if (isChaosError(error, 'CHAOS_FAULT_INERT')) return 'inert';
  return signal.aborted ? 'run-aborted' : 'failed';
}

function failure(live: LiveFault, error: unknown): ChaosError {
  if (isChaosError(error)) return error;
  if (live.signal.aborted)
    return new ChaosError(
      'CHAOS_RUN_ABORTED',
      `${live.type} on ${live.target.name}: stopped while injecting; reverted`,
      { cause: error },
    );
  return new ChaosError(
    'CHAOS_FAULT_FAILED',
    `${live.type} on ${live.target.name}: ${messageOf(error)}. It was reverted.`,
    { cause: error },
  );
}

async function undoFailed(live: LiveFault, error: unknown): Promise<never> {
  if (isChaosError(error, 'CHAOS_FAULT_INERT')) live.emit('fault:inert', { fault: live.reference });
  const reason = failure(live, error);
  const state = await live.revert(causeOf(error, live.signal));
  if (state.phase !== 'leaked') throw reason;
  throw new ChaosError('CHAOS_FAULT_LEAKED', `${live.type} on ${live.target.name}: ${state.reason}`, { cause: reason });
}

/**
 * Injects one fault: prepare, journal, inject, prove. Resolves once the effect is proven from outside; otherwise
 * everything is reverted first and a ChaosError says why.
 */
export async function injectFault(host: FaultHost, injection: Injection): Promise<LiveFault> {
  const live = new LiveFault(host, injection);
  host.admit(live, touched(injection));
  const context = live.context(live.signal);
  const intention = intend(live, context);
  // The failure is handled right below; whoever waits for the intention only wants to know that it is over.
  live.intention = intention.catch(() => undefined);
  try {
    await intention;
  } catch (error) {
    host.dismiss(live);
    throw failure(live, error);
  }
  try {
    await act(live, context);
    await settleActive(live, await proveEffect(live, context));
  } catch (error) {
    await undoFailed(live, error);
  }
  return live;
}
