import type { Readable, Writable } from 'node:stream';
import type { Survival } from '../fault/injector.ts';

export interface GuardianLaunch {
  /** Absolute path of the state folder. */
  readonly state: string;
  /** Absolute path of the guardian's entry module. */
  readonly entry: string;
  /** Node flags the guardian needs to resolve modules like the engine does. */
  readonly nodeFlags: readonly string[];
}

/** A guardian that runs. Lines of JSON flow over its standard streams; closing `stdin` tells it the engine is gone. */
export interface RunningGuardian {
  readonly pid: number | undefined;
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves when it has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** Forgets the handle: neither it nor its streams keep the host process alive. `ref` takes that back. */
  unref(): void;
  ref(): void;
  kill(): void;
}

/** A way to run the guardian: a child process, a second container. */
export interface GuardianLauncher {
  readonly name: string;
  /** What the guardian survives: faults that outlive this are safe with it. */
  readonly outlives: 'process' | 'container';
  /** Whether it is the right one here, or why not. Reads only. */
  applies(launch: GuardianLaunch): Promise<{ readonly applies: boolean; readonly reason: string }>;
  launch(launch: GuardianLaunch): Promise<RunningGuardian>;
}

/** The faults a guardian that lives in the engine's own container can be trusted with. */
export const WITHIN_CONTAINER: ReadonlySet<Survival> = new Set<Survival>(['engine', 'process']);
