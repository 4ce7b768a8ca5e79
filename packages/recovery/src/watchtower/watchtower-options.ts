import type { Clock, Logger } from '@bridge/chaos-core';
import type { SignalSink } from '../event/signal-sink.ts';
import type { ServiceGraph } from '../graph/service-graph.ts';
import type { Leadership } from '../leadership/leadership.ts';
import type { DockerSourceOptions } from './docker/docker-source.ts';
import type { WatchPolicyInput } from './policy/watch-policy.ts';
import type { WatchedProcessInput } from './process/watched-process.ts';
import type { StrayOptions } from './stray/stray-sweep.ts';
import type { ProbeFor } from './target-probing.ts';
import type { WatchSource } from './watch-source.ts';

/** What a watchtower watches. Nothing that has not asked for it is ever touched. */
export interface WatchTargets {
  /** Labelled containers of a Docker engine; `false` watches none. Default: those of the local engine. */
  readonly docker?: DockerSourceOptions | false;
  /** Processes of this machine, by name. */
  readonly processes?: readonly WatchedProcessInput[];
  /** Further places where targets live. */
  readonly sources?: readonly WatchSource[];
}

export interface WatchtowerOptions {
  /** Who of several replicas acts. Default: this process runs alone and does. */
  readonly leadership?: Leadership;
  readonly targets?: WatchTargets;
  readonly policy?: WatchPolicyInput;
  /** Looks at a target from outside, beside its own health check; restarts are verified with it too. */
  readonly probe?: ProbeFor;
  /**
   * Who needs whom: restarts follow it, what others need first, and a storm is over once what its group needs is back.
   * Targets are found in it by Compose service, group or name. Default: every group for itself.
   */
  readonly graph?: ServiceGraph;
  /** Releases containers that were made on this owner's behalf and left behind. Default: none are looked for. */
  readonly strays?: StrayOptions;
  /** Hears of detections and restarts, so that reports can tell when the system noticed and acted: the engine. */
  readonly signals?: SignalSink;
  /** False makes it inert. Default: true, unless the variable `CHAOS_RECOVERY_ENABLED` is `false` or `0`. */
  readonly enabled?: boolean;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** For the jitter. Default: another one each time. */
  readonly seed?: number;
}
