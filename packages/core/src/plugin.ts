import type { FaultAbilities, FaultInjector } from './fault/injector.ts';
import type { GuardianLauncher } from './guardian/launcher.ts';
import type { JsonObject } from './json.ts';
import type { LoadGenerator } from './load.ts';
import type { RecoveryProbe } from './probe/probe.ts';
import type { TargetSource } from './target/target-source.ts';

// Verbs take their input bivariantly only as methods; the registry validates with zod before it calls.
export type AnyFault = FaultInjector & FaultAbilities<unknown, unknown>;

/**
 * A set of faults, probes and targets that enters the engine by one door. What must be revertible by another process
 * lives in a module without side effects whose **default export** is a function from `options` to the plugin.
 */
export interface ChaosPlugin<
  Targets extends readonly TargetSource[] = readonly TargetSource[],
  Faults extends readonly FaultInjector[] = readonly FaultInjector[],
  Probes extends readonly RecoveryProbe[] = readonly RecoveryProbe[],
  Loads extends readonly LoadGenerator[] = readonly LoadGenerator[],
> {
  readonly name: string;
  /** Version for reports. */
  readonly version?: string;
  /** `import.meta.url` of the module whose default export builds this plugin from `options`. */
  readonly module: string;
  /** Bare specifier of the same module, used when the host is bundled into one file and `module` is the bundle. */
  readonly specifier?: string;
  /** Plain JSON; all that the guardian gets to rebuild the plugin. No secrets: name environment variables instead. */
  readonly options: JsonObject;
  readonly targets: Targets;
  readonly faults: Faults;
  readonly probes: Probes;
  readonly loads?: Loads;
  /** A guardian that outlives more than a child process does, for example a second container. */
  readonly guardian?: GuardianLauncher;
  /** Releases connections. Called by `engine.close()`. */
  close?(): Promise<void>;
}

/** Declares a plugin; identity at run time, keeps the exact types of its parts. */
export function definePlugin<
  const Targets extends readonly TargetSource[],
  const Faults extends readonly FaultInjector[],
  const Probes extends readonly RecoveryProbe[],
  const Loads extends readonly LoadGenerator[] = readonly [],
>(plugin: ChaosPlugin<Targets, Faults, Probes, Loads>): ChaosPlugin<Targets, Faults, Probes, Loads> {
  return plugin;
}
