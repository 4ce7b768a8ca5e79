import { resolve } from 'node:path';
import {
  type ChaosPlugin,
  experimentDeed,
  ledgerRecord,
  lineOf,
  loadRuntimeConfig,
  type MonkeyInput,
  type RuntimeConfig,
  runtimeConfigLines,
  systemClock,
} from '@bridge/chaos-core';
import { type RunningSystem, type StartOptions, startFromConfig } from '@bridge/chaos-recovery';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { EVERYTHING, loadPlugins } from '../config/load-plugins.ts';
import { patience } from '../config/patience.ts';
import { usageError } from '../config/usage-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { readExperiment } from '../host/experiment-source.ts';
import { engineOf } from '../host/host.ts';
import { interruptible } from '../host/interruptible.ts';
import { openEngineLedger } from '../host/open-host.ts';
import { seeded } from '../host/seeded.ts';
import { isFile } from '../host/state-of.ts';
import { RunJournals } from '../report/run-journals.ts';
import type { Io } from '../terminal/io.ts';
import { plainText } from '../terminal/plain-text.ts';
import { print, remark } from '../terminal/print.ts';
import { isChatter } from '../view/progress.ts';
import type { CommonOptions } from './common-options.ts';

export interface MonkeyCommandOptions extends CommonOptions {
  /** The runtime configuration; default `bridge.runtime.yaml`, which need not exist. */
  readonly runtime?: string;
  /** How long; default until a signal. */
  readonly for?: string;
  /** Only print what is in force, and where it was said. */
  readonly print?: boolean;
}

/**
 * Starts what the runtime configuration turns on (heartbeat, election, watchtower, monkey) and stays until the time is over
 * or a signal comes. Ends with 4 after a signal, 0 after the time, and at once when everything is off.
 */
export async function monkey(io: Io, files: readonly string[], options: MonkeyCommandOptions): Promise<ExitCode> {
  const config = await loadConfig(io.cwd, options);
  const runtime = await runtimeOf(io, options.runtime);
  if (options.print) {
    print(io, options.json, runtime.settings, () => runtimeConfigLines(runtime).map(plainText));
    return EXIT.passed;
  }
  const lasting = options.for === undefined ? undefined : patience('--for', options.for);
  const plugins = await loadPlugins(config, EVERYTHING);
  const things = await thingsOf(io, config, plugins, files);
  const ledger = await openEngineLedger(config.ledger);
  try {
    return await live(io, { config, runtime, plugins, things, ledger, lasting, json: options.json === true });
  } finally {
    await ledger?.close();
  }
}

interface Life {
  readonly config: LoadedConfig;
  readonly runtime: RuntimeConfig;
  readonly plugins: readonly ChaosPlugin[];
  readonly things: MonkeyInput<readonly ChaosPlugin[]>['things'] | undefined;
  readonly ledger: Awaited<ReturnType<typeof openEngineLedger>>;
  readonly lasting: number | undefined;
  readonly json: boolean;
}

async function live(io: Io, { config, runtime, plugins, things, ledger, lasting, json }: Life): Promise<ExitCode> {
  using interruption = interruptible(io);
  let journals: RunJournals | undefined;
  // Before the system, so that it waits for the reports of the runs that end with the system.
  await using _journals = { [Symbol.asyncDispose]: async () => journals?.[Symbol.asyncDispose]() };
  await using system: RunningSystem<readonly ChaosPlugin[]> = await startFromConfig({
    config: runtime,
    plugins,
    engine: engineSettings(config),
    ...(things === undefined ? {} : { things }),
    ...(ledger === undefined ? {} : { ledger, past: ledgerRecord(() => ledger.ledger) }),
  });
  for (const { part, state, why } of system.parts) remark(io, `${state.padEnd(6)} ${part}: ${why}`);
  if (system.parts.every(({ state }) => state === 'off')) return EXIT.passed;
  if (system.engine !== undefined) journals = await RunJournals.of(system.engine, config);
  using _shown = system.engine?.on('*', (event) => {
    if (json) io.out.write(`${JSON.stringify(event)}\n`);
    else if (!isChatter(event)) io.out.write(`${event.time} ${lineOf(event)}\n`);
  });
  const outcome = await over(interruption.signal, lasting);
  return outcome === 'signal' ? EXIT.stopped : EXIT.passed;
}

async function over(signal: AbortSignal, lasting: number | undefined): Promise<'signal' | 'time'> {
  try {
    for (;;) {
      await systemClock.sleep(lasting ?? 2 ** 31, { signal });
      if (lasting !== undefined) return 'time';
    }
  } catch (error) {
    if (signal.aborted) return 'signal';
    throw error;
  }
}

async function runtimeOf(io: Io, file: string | undefined): Promise<RuntimeConfig> {
  const path = resolve(io.cwd, file ?? 'bridge.runtime.yaml');
  const source = file === undefined && !(await isFile(path)) ? { content: {} } : { file: path };
  return await loadRuntimeConfig({ ...source, environment: io.env });
}

/** Experiments to choose from; undefined for the default, a container that asked for it. */
async function thingsOf(
  io: Io,
  config: LoadedConfig,
  plugins: readonly ChaosPlugin[],
  files: readonly string[],
): Promise<Life['things']> {
  if (files.length === 0) return undefined;
  const engine = engineOf(config, plugins, { armed: false });
  const sources = await Promise.all(files.map((file) => readExperiment(io, file)));
  return sources.map((source) => ({ deed: experimentDeed(engine.parse(seeded(source, undefined))) }));
}

/** The monkey obeys the runtime configuration's safety rules alone; others must not be thought to hold. */
function engineSettings({ engine, file, state }: LoadedConfig): NonNullable<StartOptions['engine']> {
  const { safety, armed, clock, logger, ...rest } = engine;
  const ignored = Object.entries({ safety, armed, clock, logger }).filter(([, value]) => value !== undefined);
  if (ignored.length === 0) return { ...rest, state };
  const names = ignored.map(([name]) => `engine.${name}`).join(', ');
  throw usageError(
    `expected the runtime configuration to say what ${names} in ${file} says: \`chaos monkey\` reads that`,
  );
}
