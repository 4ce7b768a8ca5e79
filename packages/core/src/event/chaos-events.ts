import type { DrillEvents } from '../card/drill-events.ts';
import type { FaultPhase, Proof, RevertCause } from '../fault/life.ts';
import type { JsonObject } from '../json.ts';
import type { Health } from '../probe/probe.ts';
import type { ScheduleEvents } from '../schedule/schedule-events.ts';
import type { Target } from '../target/target.ts';

/** The fault an event speaks of. */
export interface FaultReference {
  readonly id: string;
  readonly type: string;
  readonly target: Target;
}

export type RunPhase = 'prepare' | 'baseline' | 'stress' | 'failure' | 'recovery' | 'validation' | 'analysis';

/** The engine's own events: `noun:verb` to payload. Payloads are plain JSON. No event is named `error`. */
export interface CoreEvents extends DrillEvents, ScheduleEvents {
  /** start() finished; `orphans` = faults of a former life that were dealt with first. */
  'engine:started': { readonly state: string; readonly armed: boolean; readonly orphans: number };
  /** A guarantee is weaker than it could be on this host. */
  'engine:degraded': { readonly guarantee: string; readonly reason: string; readonly remedy: string };
  /** The engine found that the guardian had taken over while it was stalled. */
  'engine:stale': { readonly epoch: number };
  /** A journal file cannot be read: what it may have touched must be looked at by hand. */
  'journal:damaged': { readonly file: string; readonly reason: string };
  'engine:closed': { readonly reverted: number };
  'guardian:armed': { readonly pid: number | null; readonly launcher: string; readonly types: readonly string[] };
  'guardian:lost': { readonly reason: string; readonly live: number };
  'run:started': { readonly name: string; readonly seed: number; readonly actor: string | null };
  'run:phase': { readonly phase: RunPhase };
  /** Times in ms; null when there was nothing to detect or recover from, or it did not happen. */
  'run:finished': {
    readonly name: string;
    readonly verdict: string;
    readonly reasons: readonly string[];
    readonly timeToDetect: number | null;
    readonly timeToRecover: number | null;
  };
  'step:started': { readonly step: string };
  'step:finished': { readonly step: string };
  /** A condition was not met, or the selector matched nothing and said `onEmpty: 'skip'`. */
  'step:skipped': { readonly step: string; readonly reason: string };
  'load:started': { readonly load: string };
  'load:stopped': { readonly load: string; readonly done: JsonObject };
  /** CPU or memory of the host went above a limit of `safety.stopWhen`: faults outside of runs are reverted. */
  'safety:exceeded': { readonly sentence: string; readonly numbers: JsonObject; readonly faults: readonly string[] };
  'guard:refused': {
    readonly rule: string;
    readonly value: string;
    readonly limit: string;
    readonly reason: string;
    readonly fault: string | null;
  };
  /** The undo record is durable; nothing has been touched yet. */
  'fault:intended': { readonly fault: FaultReference; readonly params: JsonObject; readonly lease: number };
  'fault:injecting': { readonly fault: FaultReference };
  /** Proven from outside to be in effect. */
  'fault:effective': {
    readonly fault: FaultReference;
    readonly proof: Proof;
    readonly took: number;
    /** Milliseconds until the engine reverts it by itself; null when nothing holds it. */
    readonly hold: number | null;
  };
  /** Injected, but no effect could be observed; it is being reverted. */
  'fault:inert': { readonly fault: FaultReference };
  'fault:reverting': { readonly fault: FaultReference; readonly cause: RevertCause };
  /** Proven from outside to be undone. */
  'fault:reverted': {
    readonly fault: FaultReference;
    readonly cause: RevertCause;
    readonly proof: Proof;
    readonly took: number;
    readonly by: string;
  };
  'fault:gone': { readonly fault: FaultReference; readonly cause: RevertCause; readonly proof: Proof };
  'fault:spent': { readonly fault: FaultReference; readonly proof: Proof };
  /** Not proven undone. Retried until clean. */
  'fault:leaked': { readonly fault: FaultReference; readonly reason: string; readonly remedy: string };
  /** A fault of a former life, dealt with by the guardian or by start(). */
  'fault:orphan': { readonly fault: FaultReference; readonly outcome: FaultPhase; readonly by: string };
  'probe:changed': { readonly probe: string; readonly health: Health; readonly detail: string | null };
  /** Once a second and probe while a run samples. Latency in ms. */
  'probe:second': {
    readonly probe: string;
    readonly sent: number;
    readonly ok: number;
    /** Checks that could not look; absent for none. */
    readonly unknown?: number;
    readonly p50: number | null;
    readonly p95: number | null;
  };
  /** Once a second while a run samples: the health score of the last 5 s, 0 to 1, and what it is made of. */
  'health:second': {
    readonly score: number | null;
    readonly components: readonly {
      readonly probe: string;
      readonly metric: string;
      readonly weight: number;
      readonly share: number | null;
      readonly target: number;
      readonly score: number | null;
    }[];
  };
  'mark:set': { readonly mark: string; readonly at: number };
  'emergency:stopped': { readonly reason: string; readonly reverted: number; readonly leaked: number };
  'emergency:released': { readonly reason: string };
  /** engine.log() */
  'host:log': { readonly message: string; readonly data: JsonObject };
  /** engine.signal(): what the host's own detector, healer or tracker did. */
  'host:signal': { readonly kind: 'trigger' | 'playbook' | 'task'; readonly name: string; readonly data: JsonObject };
  /** Only inside a stream: stands in the place of events its reader was too slow, or came too late, to get. */
  'events:dropped': { readonly count: number };
}

/** Every event of the SDK. Plugins add their own to this interface by declaration merging. */
export interface ChaosEvents extends CoreEvents {}

export type ChaosEventType = keyof ChaosEvents;

/** The envelope of every event. Maps one to one onto CloudEvents 1.0. */
export interface ChaosEvent<Type extends ChaosEventType = ChaosEventType> {
  /** Unique. Also the ledger entry's id. */
  readonly id: string;
  readonly type: Type;
  /** Wall clock, RFC 3339 with milliseconds. */
  readonly time: string;
  /** Monotonic milliseconds of the engine's process. */
  readonly monotonic: number;
  /** Dense per engine, from 1. */
  readonly sequence: number;
  /** Which engine: host name and instance. */
  readonly node: string;
  readonly runId?: string;
  readonly data: ChaosEvents[Type];
}

/** One event of any type, as a union that narrows on `type`. */
export type AnyChaosEvent = { [Type in ChaosEventType]: ChaosEvent<Type> }[ChaosEventType];

/** Says that something happened. Never throws, whatever the listeners do. */
export type Emit = <Type extends ChaosEventType>(
  type: Type,
  data: ChaosEvents[Type],
  runId?: string,
) => ChaosEvent<Type>;
