/** Something that a doctor found on a Docker engine. */
export type Finding = {
  /** Name of the connection. */
  readonly connection: string;
  /** Name of the container it is in, or is. */
  readonly container: string;
} & (
  | {
      /** Rules or queues of ours in a container's network. */
      readonly kind: 'leftover';
      /** Marks of the faults that they belong to. */
      readonly tags: readonly string[];
      /** `held`: a helper is in charge there, an engine is at work; `left`: nobody is; `removed`: no longer there. */
      readonly state: 'held' | 'left' | 'removed';
    }
  | {
      /** A helper of ours whose target has ended or restarted, or that was never started. */
      readonly kind: 'stale-helper';
      readonly state: 'left' | 'removed';
    }
  | {
      /** What another tool, or a person, put there: named, never touched. */
      readonly kind: 'foreign';
      readonly what: readonly string[];
    }
  | {
      /** A container whose network could not be looked at. */
      readonly kind: 'unreadable';
      readonly reason: string;
    }
);
