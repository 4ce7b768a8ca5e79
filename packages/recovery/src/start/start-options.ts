import type {
  Approve,
  Clock,
  EngineOptions,
  Ledger,
  Logger,
  MonkeyInput,
  PastSource,
  Plugins,
  RuntimeConfig,
  RuntimeConfigSource,
} from '@bridge/chaos-core';
import type * as z from 'zod';
import type { FederationOptions } from '../federation/federation-options.ts';
import type { LeaderElectorOptions } from '../leadership/leader-elector.ts';
import type { httpOptions } from '../probe/http/http-options.ts';
import type { WatchtowerOptions } from '../watchtower/watchtower-options.ts';

/** Begins to send these kinds of entries on; dispose to end it. `engine`, `ledger` and the like are the host's own. */
export type Forward = (only: readonly string[]) => AsyncDisposable | Promise<AsyncDisposable>;

/** What an answer looks like while nothing is the matter; see the `http` probe's `expect`. */
type Quiet = z.input<typeof httpOptions>['expect'];

export interface StartOptions<Ps extends Plugins = Plugins> {
  /** What is in force, or where to read it. Default: `bridge.runtime.yaml` and this process's environment. */
  readonly config?: RuntimeConfig | RuntimeConfigSource;
  /** What can be broken. */
  readonly plugins: Ps;
  /**
   * What the monkey chooses from. Default: `container.kill` on one container that carries the label
   * `bridge.chaos.target` with the value `true`.
   */
  readonly things?: MonkeyInput<Ps>['things'];
  /**
   * How soon one group may be hit again, by the monkey and by each schedule. Counts over restarts: what they did is kept in
   * the state folder. Default: no limit but those of `safety`.
   */
  readonly pace?: MonkeyInput<Ps>['pace'];
  /** What was recorded elsewhere, such as by the replica that led before: `ledgerRecord(() => ledger)`. Default: nothing. */
  readonly past?: PastSource;
  /** Further options of the engine. What the configuration says is not among them. */
  readonly engine?: Omit<EngineOptions<Ps>, 'plugins' | 'armed' | 'safety' | 'ledger' | 'clock' | 'logger'>;
  /** Who is asked where the configuration wants approval. */
  readonly approve?: Approve;
  /** Where everything is recorded. It stays the caller's. */
  readonly ledger?: Ledger;
  /** Wanted where `runtime.ledger.forward` names anything: an `Outbox` of `@bridge/chaos-ledger`, or a webhook. */
  readonly forward?: Forward;
  /**
   * Several replicas: `{ fleet }` shares limits, the emergency stop and undo over PostgreSQL; `{ election }` only chooses
   * the one that acts. Default: this process is the only one.
   */
  readonly replicas?:
    | { readonly fleet: Omit<FederationOptions, 'plugins' | 'ledger' | 'clock' | 'logger'> }
    | { readonly election: Omit<LeaderElectorOptions, 'clock' | 'logger'> };
  /** What the watchtower watches, and how. Default: labelled containers of the local Docker engine. */
  readonly watch?: Pick<WatchtowerOptions, 'targets' | 'policy' | 'probe' | 'graph' | 'strays'>;
  /** What the systems behind `integration` answer while nothing is the matter. Default: any 2xx. */
  readonly quiet?: { readonly healthMonitor?: Quiet; readonly autoRecovery?: Quiet };
  readonly logger?: Logger;
  /** For tests: time. */
  readonly clock?: Clock;
}
