import type { ChaosPlugin, EngineOptions, JsonObject } from '@bridge/chaos-core';

/** What a host file may say of the engine: all of its options but what the command line itself decides. */
export type EngineSettings = Partial<Omit<EngineOptions, 'plugins' | 'state' | 'ledger'>>;

/**
 * The host file `chaos.config.ts` (`.js`, `.mjs`, `.yaml`, `.yml`): which plugins, with which options, and how the engine is
 * set up. Everything has a default, so a project needs none.
 */
export interface ChaosConfig {
  /** State folder. Default `.chaos` beside the host file. `--state` wins. */
  readonly state?: string;
  /** Folder of the ledger, or false for none. Default `ledger` in the state folder. */
  readonly ledger?: string | false;
  /**
   * A list of plugins, which are then all there are. Or by name: options of one of ours (`containers`, `network`,
   * `resources`, `files`, `processes`, `proxies`, `app`, `recovery`), false to leave it out, or options of a module,
   * named by path or package, whose default export makes a plugin of them. Default: all of ours but `app`, whose target
   * would be this program itself.
   */
  readonly plugins?: readonly ChaosPlugin[] | Readonly<Record<string, JsonObject | boolean>>;
  /** Armed unless this or `CHAOS_ENABLED` says no: whoever types `chaos run` means it. */
  readonly engine?: EngineSettings;
  /** Modules or YAML files with failure cards, for `chaos drill` and `chaos coverage`. */
  readonly cards?: readonly string[];
}

/** Declares a host file; identity at run time. */
export function defineConfig(config: ChaosConfig): ChaosConfig {
  return config;
}
