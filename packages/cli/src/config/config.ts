import type { ChaosEngine, ChaosPlugin, DurationInput, EngineOptions, JsonObject } from '@bridge/chaos-core';

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
  /** How long reports are kept, and to whom they are encrypted. */
  readonly reports?: ReportKeeping;
  /** YAML files with a failure card each, or modules whose default export is a card or a list of them. */
  readonly cards?: readonly string[];
  /** YAML files with scenarios, suites and disturbances, beside the built-in ones. */
  readonly scenarios?: readonly string[];
  /**
   * Called once the engine of a command runs, for example to start triggers and playbooks, or to hand what a detector of
   * yours sees to `engine.signal`. What it returns is disposed before the engine closes.
   */
  readonly attach?: Attach;
}

export interface ReportKeeping {
  /** Default `reports` in the state folder. */
  readonly folder?: string;
  /** Recipients of age (`age1…`), who alone can read reports then. Default none: reports are readable by this user. */
  readonly recipients?: readonly string[];
  /** Older ones are compressed. Default 7 days. */
  readonly archiveAfter?: DurationInput;
  /** Still older ones are removed. Default 90 days. */
  readonly removeAfter?: DurationInput;
  /** Most reports. Default 1,000. */
  readonly keep?: number;
}

export type Attach = (engine: ChaosEngine<readonly ChaosPlugin[]>) => Promise<AsyncDisposable | undefined>;

/** Declares a host file; identity at run time. */
export function defineConfig(config: ChaosConfig): ChaosConfig {
  return config;
}
