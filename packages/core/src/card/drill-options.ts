import type { ActOptions } from '../engine/chaos-engine.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { Backlog } from './backlog/backlog.ts';
import type { DrillRecord } from './record.ts';

/** A file that belongs to a drill: a log, a diff, a backup. */
export interface CollectedFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}

export interface DrillOptions extends ActOptions {
  /**
   * What is drilled: an image digest, a commit, a hash of the configuration. Coverage of another version is stale.
   * Default `unversioned`.
   */
  readonly version?: string;
  /** Default: the engine's environment, else `unnamed`. */
  readonly environment?: string;
  /** Picks the same targets again. Default: a fresh one, told by the report. */
  readonly seed?: number;
  /** What chose this card now; goes into events and the ledger. */
  readonly why?: string;
  readonly artifacts?: {
    readonly store: ArtifactStore;
    /** Called when the gates are judged; what it returns is kept beside the report. */
    collect?(drill: Omit<DrillRecord, 'artifacts'>): Promise<readonly CollectedFile[]>;
  };
  /** Gets an item for a drill that failed, and the good news of one that passed. */
  readonly backlog?: Backlog;
}
