import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  type DryMode,
  type Finding,
  type HypothesisStrategy,
  type ImportedExperiment,
  importChaosToolkit,
  type Journal,
  parseVariable,
  type RollbackStrategy,
  type RunOptions,
  runChaosToolkit,
} from '@bridge/chaos-toolkit';
import { loadConfig } from '../config/load-config.ts';
import { EVERYTHING, loadPlugins } from '../config/load-plugins.ts';
import { readLimited } from '../config/read-limited.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { isArmed } from '../host/host.ts';
import { interruptible } from '../host/interruptible.ts';
import { openHost } from '../host/open-host.ts';
import { sayOrphans } from '../host/say-orphans.ts';
import { painter } from '../terminal/colour.ts';
import type { Io } from '../terminal/io.ts';
import { plainText } from '../terminal/plain-text.ts';
import { print, remark } from '../terminal/print.ts';
import type { CommonOptions } from './common-options.ts';

export interface ImportCommandOptions extends CommonOptions {
  /** Run it too. */
  readonly run?: boolean;
  /** Outcomes as Chaos Toolkit has them, its traps included. */
  readonly compat?: boolean;
  readonly allowShell?: boolean;
  /** The interpreter for Python functions without a counterpart. */
  readonly python?: string | true;
  readonly var?: readonly string[];
  readonly journal?: string;
  readonly hypothesisStrategy?: HypothesisStrategy;
  readonly rollbackStrategy?: RollbackStrategy;
  readonly dry?: DryMode;
}

/** Reads a Chaos Toolkit experiment and tells its traps; with `run`, runs it and writes the journal in its form. */
export async function importExperiment(io: Io, file: string, options: ImportCommandOptions): Promise<ExitCode> {
  const isAddress = /^https?:\/\//i.test(file);
  // Bounded, and no pipe or folder, before a parser sees it.
  if (!isAddress) await readLimited(resolve(io.cwd, file));
  const imported = await importChaosToolkit(isAddress ? file : resolve(io.cwd, file));
  if (options.run) return await runImported(io, imported, options);
  const { title, traps } = imported;
  print(io, options.json, { title, traps }, () => [plainText(title), ...traps.map((trap) => findingLine(io, trap))]);
  return traps.length === 0 || options.compat ? EXIT.passed : EXIT.usage;
}

async function runImported(io: Io, imported: ImportedExperiment, options: ImportCommandOptions): Promise<ExitCode> {
  const inCompat = (): void => remark(io, 'told to end: rollbacks follow the strategy of the experiment');
  using interruption = options.compat ? interruptible(io, inCompat) : interruptible(io);
  const { signal } = interruption;
  try {
    return await playImported(io, imported, options, signal);
  } catch (error) {
    // It was told to end before it began.
    if (signal.aborted && error === signal.reason) return EXIT.stopped;
    throw error;
  }
}

async function playImported(
  io: Io,
  imported: ImportedExperiment,
  options: ImportCommandOptions,
  signal: AbortSignal,
): Promise<ExitCode> {
  await using host = await hostOf(io, imported, options);
  const result = await runChaosToolkit(imported, {
    ...runOptions(options),
    signal,
    ...(host === undefined ? {} : { engine: host.engine }),
  });
  const { journal, exitCode, findings } = result;
  await writeFile(resolve(io.cwd, options.journal ?? 'journal.json'), `${JSON.stringify(journal, undefined, 2)}\n`);
  print(io, options.json, result, () => journalLines(io, journal, findings));
  return exitCode;
}

/** An engine only where the experiment names faults of ours. */
async function hostOf(io: Io, { json }: ImportedExperiment, options: CommonOptions) {
  if (!JSON.stringify(json).includes('"bridge"')) return undefined;
  const config = await loadConfig(io.cwd, options);
  const plugins = await loadPlugins(config, EVERYTHING);
  return await openHost(config, plugins, {
    armed: isArmed(config, io.env),
    onEngine: (engine) => sayOrphans(io, engine),
  });
}

function runOptions(options: ImportCommandOptions): RunOptions {
  const { compat, allowShell, python, hypothesisStrategy, rollbackStrategy, dry } = options;
  return {
    mode: compat ? 'compat' : 'strict',
    allowShell: allowShell === true,
    variables: { configuration: Object.fromEntries((options.var ?? []).map(parseVariable)) },
    ...(python === undefined ? {} : { python: python === true ? {} : { command: python } }),
    ...(hypothesisStrategy === undefined ? {} : { hypothesisStrategy }),
    ...(rollbackStrategy === undefined ? {} : { rollbackStrategy }),
    ...(dry === undefined ? {} : { dry }),
  };
}

function journalLines(io: Io, { status, deviated }: Journal, findings: readonly Finding[]): readonly string[] {
  const fine = status === 'completed' && !deviated;
  return [
    painter(io.out)(fine ? 'green' : 'red', `${status}${deviated ? ', the steady state deviated' : ''}`),
    ...findings.map((finding) => findingLine(io, finding)),
  ];
}

function findingLine({ out }: Io, { trap, path, message, remedy }: Finding): string {
  return `  ${painter(out)('yellow', trap)} ${plainText(`${path === '' ? '' : `${path}: `}${message} → ${remedy}`)}`;
}
