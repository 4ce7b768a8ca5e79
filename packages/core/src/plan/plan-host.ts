import type { Clock } from '../clock.ts';
import type { World } from '../guard/guard.ts';
import type { GuardChain } from '../guard/guard-chain.ts';
import type { Logger } from '../logger.ts';
import type { Redactor } from '../redaction/redactor.ts';
import type { Registry } from '../registry.ts';

/** What planning needs of the engine. */
export interface PlanHost {
  readonly registry: Registry;
  readonly guards: GuardChain;
  /** As it is now; its purpose is `plan`. Its signal ends the planning. */
  readonly world: World;
  readonly clock: Clock;
  readonly log: Logger;
  readonly redactor: Redactor;
  /** Where `{ env }` sources are read. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Milliseconds a fault survives without heartbeat. */
  readonly lease: number;
  /** Longest hold of a fault in milliseconds. */
  readonly maxHold: number;
  /** Name of the environment, for the guards. */
  readonly environment?: string | undefined;
}

export interface PlanOptions {
  readonly seed: number;
  readonly actor?: string | undefined;
}
