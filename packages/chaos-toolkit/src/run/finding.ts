/** Something about an experiment that its author did not mean, with what to do about it. */
export interface Finding {
  /** Stable name of the trap: `method-tolerance-ignored`. */
  readonly trap: string;
  /** Where in the file: `method[0].tolerance`; empty for the experiment as a whole. */
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
}
