import type { FailureCause } from './policy/failure.ts';
import type { WatchedTarget } from './watched-target.ts';

/** Why a failed target is not restarted yet. */
export type Deferral =
  | 'held'
  | 'witness'
  | 'leadership-unknown'
  | 'storm'
  /** Something it needs has failed too, and comes first. */
  | 'dependency'
  | 'group-cap'
  | 'min-available'
  | 'rate'
  | 'other-supervisor'
  | 'gave-up';

interface About {
  readonly target: WatchedTarget;
}

/** Everything a watchtower says. Times in milliseconds. */
export interface WatchtowerEvents {
  /** The source answers and is followed. */
  'watchtower:active': { readonly source: string };
  /** The source does not answer; nothing can be watched there until it does. */
  'watchtower:inert': { readonly source: string; readonly reason: string; readonly remedy: string };
  'watchtower:role': { readonly role: 'leader' | 'witness' | 'unknown'; readonly term: string | null };
  /** A failure is confirmed. `latency`: since it happened, null where only the safety net found it. */
  'watchtower:detected': About & {
    readonly cause: FailureCause;
    readonly detail: string;
    readonly role: 'leader' | 'witness' | 'unknown';
    readonly latency: number | null;
  };
  /** Found by the first look after the start, which changes nothing. */
  'watchtower:would-restart': About & { readonly cause: FailureCause; readonly detail: string };
  'watchtower:deferred': About & { readonly reason: Deferral };
  'watchtower:restarting': About & { readonly attempt: number; readonly waited: number };
  /** It runs again. Whether that helped is not known yet. */
  'watchtower:restarted': About & { readonly attempt: number; readonly took: number };
  /** It was fine for the whole hold. */
  'watchtower:effective': About & { readonly attempt: number; readonly took: number };
  'watchtower:ineffective': About & { readonly attempt: number; readonly reason: string };
  /** It needs no restart any more, without this watchtower's doing. */
  'watchtower:resolved': About & { readonly how: 'fine' | 'retired' | 'gone' | 'other-incarnation' };
  /** It stopped as it should: on purpose, or because its work is done. It is left alone. */
  'watchtower:retired': About;
  /** The budget is spent. Nothing is done for it until it is reset. */
  'watchtower:gave-up': About & { readonly restarts: number };
  'watchtower:reset': About & { readonly actor: string; readonly reason: string };
  /** Restarting does not help: somebody, or a playbook, has to look. */
  'watchtower:escalated': About & { readonly ineffective: number };
  'watchtower:storm': { readonly group: string; readonly members: readonly string[] };
  'watchtower:storm-released': { readonly group: string };
  /** The witness saw a failure for so long that the leader should have acted. */
  'watchtower:leader-silent': About & { readonly since: number };
  'watchtower:held': { readonly reason: string; readonly actor: string | null };
  'watchtower:unheld': { readonly reason: string; readonly actor: string | null };
  'watchtower:stray': { readonly id: string; readonly name: string; readonly why: string };
  'watchtower:stray-released': { readonly id: string; readonly name: string };
  'watchtower:stray-kept': { readonly id: string; readonly name: string; readonly reason: string };
  /** Something of the watchtower's own did not work; it goes on. */
  'watchtower:trouble': { readonly doing: string; readonly reason: string };
}
