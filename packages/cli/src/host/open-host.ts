import type { ChaosPlugin, EngineOptions } from '@bridge/chaos-core';
import type { EngineLedger } from '@bridge/chaos-ledger';
import type { LoadedConfig } from '../config/load-config.ts';
import { type AnyEngine, engineOf } from './host.ts';

/** A started engine with its ledger. Closing throws `CHAOS_FAULT_LEAKED` when something is not proven undone. */
export interface Host extends AsyncDisposable {
  readonly engine: AnyEngine;
  readonly ledger: EngineLedger | undefined;
}

export interface HostChoice {
  readonly armed: boolean;
  /** Called with the engine before it starts, so that nothing it says is missed. */
  readonly onEngine?: (engine: AnyEngine) => void;
}

/** Opens ledger and engine. Throws `CHAOS_STATE_LOCKED` where another engine is at work in the state folder. */
export async function openHost(
  config: LoadedConfig,
  plugins: readonly ChaosPlugin[],
  { armed, onEngine }: HostChoice,
): Promise<Host> {
  const ledger = await openEngineLedger(config.ledger);
  try {
    const measuring = await measuringWith(plugins);
    const engine = engineOf(config, plugins, { armed, ...measuring, ...(ledger === undefined ? {} : { ledger }) });
    onEngine?.(engine);
    await engine.start();
    const attached = await config.attach?.(engine);
    return {
      engine,
      ledger,
      async [Symbol.asyncDispose]() {
        try {
          await attached?.[Symbol.asyncDispose]();
          await engine.close();
        } finally {
          await ledger?.close();
        }
      },
    };
  } catch (error) {
    await ledger?.close();
    throw error;
  }
}

/** The ledger in a folder with the rules of an engine around it. */
export async function openEngineLedger(directory: string | undefined): Promise<EngineLedger | undefined> {
  if (directory === undefined) return undefined;
  const { engineLedger, openLedger: open } = await import('@bridge/chaos-ledger');
  return await engineLedger({ open: () => open({ directory }) });
}

/** With probes: a sampler in its own thread, so that nothing this program does can hide a check. */
async function measuringWith(plugins: readonly ChaosPlugin[]): Promise<Pick<EngineOptions, 'sampler'>> {
  if (!plugins.some(({ name }) => name === 'recovery')) return {};
  const { workerSampler } = await import('@bridge/chaos-recovery');
  return { sampler: workerSampler() };
}
