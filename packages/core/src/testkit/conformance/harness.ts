import type { Json, JsonObject } from '../../json.ts';
import type { ChaosPlugin } from '../../plugin.ts';
import type { Target } from '../../target/target.ts';

/** Something real to break, made for one check and disposed after it. */
export interface HarnessTarget extends AsyncDisposable {
  readonly target: Target;
  /** Params as they are written in an experiment. */
  readonly params: JsonObject;
  /**
   * The state of the world that the fault may touch, looked at **without the fault's own code** (another tool, a plain
   * system call). Must be the same before injection and after reversal, and another one in between.
   */
  witness(): Promise<Json>;
  /**
   * For a momentary fault that leaves the ordinary state behind, as a restart does: what is new afterwards (a pid, a start
   * time), looked at in the same way. Must change with the injection; never compared after reversal.
   */
  incarnation?(): Promise<Json>;
}

/** What the conformance kit needs to know of a fault to put it through everything. */
export interface FaultHarness {
  /** The plugin that provides the fault, as the engine gets it. Its module must be importable by another process. */
  readonly plugin: ChaosPlugin;
  /** Makes a fresh target in its ordinary state. */
  make(): Promise<HarnessTarget>;
  /** Makes a target that already is in a state close to the fault's effect: paused before, stopped before, limited before. */
  makeTouched?(): Promise<HarnessTarget>;
  /** Upper bound in ms for the guardian to get everything clean after a kill, beside `settle`. Default 20 s. */
  readonly cleanWithin?: number;
}
