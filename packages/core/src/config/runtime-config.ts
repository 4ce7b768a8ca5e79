import type { EngineOptions } from '../engine/engine-options.ts';
import type { SafetyInput } from '../guard/safety.ts';
import type { WindowInput } from '../guard/window.ts';
import { INTEGRATION } from './integration-keys.ts';
import type { Setting } from './origin.ts';
import { RUNTIME } from './runtime-keys.ts';
import { SAFETY } from './safety-keys.ts';
import { safetyOf } from './safety-of.ts';
import { SCHEDULES } from './schedule-keys.ts';
import type { Settings } from './settings.ts';

/** One further time at which the monkey rolls the dice. */
export interface ConfiguredSchedule {
  readonly name: string;
  /** Five or six fields. */
  readonly cron: string;
  readonly timeZone: string;
  /** 0 to 1. */
  readonly probability: number;
  /** Plans and records, injects nothing. */
  readonly safeMode: boolean;
  /** Only inside these; empty: at any time that `safety` allows. */
  readonly windows: readonly WindowInput[];
}

/** What is in force after defaults, file and environment. Durations in milliseconds. */
export interface RuntimeConfig {
  /** Whether the watchtower runs. */
  readonly recovery: boolean;
  readonly chaos: { readonly enabled: boolean; readonly interval: number; readonly probability: number };
  readonly schedules: readonly ConfiguredSchedule[];
  /** What the ledger sends on: document names or entry types. */
  readonly forward: readonly string[];
  readonly autoRecoveryUrl: string | null;
  readonly healthMonitorUrl: string | null;
  /** Share of the watched services that must stay fine. */
  readonly minHealthyServices: number | null;
  /** Options of the engine. `armed` is `chaos.enabled`. */
  readonly engine: Pick<EngineOptions, 'armed' | 'environment'> & { readonly safety: SafetyInput };
  /** Every setting with where it was said. */
  readonly settings: readonly Setting[];
}

/** When document 003 lets chaos happen: its maintenance window. */
const MAINTENANCE: readonly WindowInput[] = [{ days: ['mon', 'wed', 'fri'], from: '02:00', to: '04:00' }];

export function runtimeConfig(settings: Settings): RuntimeConfig {
  const safety = safetyOf(settings);
  const enabled = settings.get(RUNTIME.chaosEnabled);
  const inProduction = settings.get(SAFETY.productionMode) === true;
  return {
    recovery: settings.get(RUNTIME.recovery),
    chaos: {
      enabled,
      interval: settings.get(RUNTIME.chaosInterval),
      probability: settings.get(RUNTIME.killProbability),
    },
    schedules: schedulesOf(settings, safety),
    forward: settings.get(RUNTIME.forward),
    autoRecoveryUrl: settings.get(INTEGRATION.autoRecovery) ?? null,
    healthMonitorUrl: settings.get(INTEGRATION.healthMonitor) ?? null,
    minHealthyServices: settings.get(SAFETY.minHealthyServices) ?? null,
    engine: { armed: enabled, safety, ...(inProduction ? { environment: 'production' } : {}) },
    settings: settings.list(),
  };
}

function schedulesOf(settings: Settings, { windows = [] }: SafetyInput): ConfiguredSchedule[] {
  const maintenance = windows.length > 0 ? windows : MAINTENANCE;
  return settings.get(SCHEDULES).map((schedule) => ({
    name: schedule.name,
    cron: schedule.cron,
    timeZone: schedule.time_zone,
    probability: schedule.probability,
    safeMode: schedule.safe_mode,
    windows: schedule.maintenance_window_only ? maintenance : [],
  }));
}
