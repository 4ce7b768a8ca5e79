import { resolve } from 'node:path';
import {
  type ExperimentOverlay,
  parseScenarios,
  type Report,
  runSuite,
  type ScenarioLibrary,
  type Suite,
  type SuiteResult,
} from '@bridge/chaos-core';
import { SCENARIO_ALIASES, scenarioLibrary, suiteLines, summarizeSuite } from '@bridge/chaos-recovery';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { EVERYTHING, loadPlugins } from '../config/load-plugins.ts';
import { readLimited } from '../config/read-limited.ts';
import { readYaml } from '../config/read-yaml.ts';
import { usageError } from '../config/usage-error.ts';
import { EXIT, type ExitCode, gravest } from '../exit-code.ts';
import { exitCodeOf } from '../exit-code-of.ts';
import { isArmed } from '../host/host.ts';
import { interruptible } from '../host/interruptible.ts';
import { openHost } from '../host/open-host.ts';
import { sayOrphans } from '../host/say-orphans.ts';
import { userName } from '../host/user-name.ts';
import { RunJournals } from '../report/run-journals.ts';
import { type ReportFiles, writeReportFiles } from '../report/write-report-files.ts';
import type { Io } from '../terminal/io.ts';
import { plainText } from '../terminal/plain-text.ts';
import { print } from '../terminal/print.ts';
import { runView } from '../view/run-view.ts';
import type { CommonOptions } from './common-options.ts';

export interface SuiteCommandOptions extends CommonOptions, ReportFiles {
  readonly list?: boolean;
  /** `name=value` each; the value as JSON where it is, else as text. */
  readonly param?: readonly string[];
  /** YAML file with what the system says for every scenario: probes, objectives, stop conditions. */
  readonly system?: string;
  readonly timeScale?: number;
  readonly stopOnFailure?: boolean;
  readonly seed?: number;
}

/** Runs a suite of scenarios, or a single one, in order. Everything is checked before the first begins. */
export async function suite(io: Io, name: string | undefined, options: SuiteCommandOptions): Promise<ExitCode> {
  const config = await loadConfig(io.cwd, options);
  const library = await libraryOf(config);
  if (options.list || name === undefined) return list(io, library, options);
  const [run, suiteName] = withSingle(library, name);
  const overlay = await overlayOf(io, options.system);
  const plugins = await loadPlugins(config, EVERYTHING);
  const reports: Report[] = [];
  let result: SuiteResult;
  {
    const armed = isArmed(config, io.env);
    await using host = await openHost(config, plugins, { armed, onEngine: (engine) => sayOrphans(io, engine) });
    using view = runView(io, options.json === true);
    using interruption = interruptible(io, (text) => view.remark(text));
    using _shown = host.engine.on('*', (event) => view.show(event));
    await using _journals = await RunJournals.of(host.engine, config);
    result = await runSuite(host.engine, run, suiteName, {
      signal: interruption.signal,
      actor: userName(io.env),
      parameters: parameters(options.param ?? []),
      experiment: overlay,
      stopOnFailure: options.stopOnFailure === true,
      ...(options.timeScale === undefined ? {} : { timeScale: options.timeScale }),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      onReport: (report) => void reports.push(report),
    });
  }
  await writeReportFiles(io, reports, options);
  print(io, options.json, result, () => suiteLines(summarizeSuite(result)).map(plainText));
  return codeOf(result, reports);
}

function codeOf({ passed, ended }: SuiteResult, reports: readonly Report[]): ExitCode {
  const all = gravest([...reports.map(exitCodeOf), ...(ended === 'aborted' ? [EXIT.stopped] : [])]);
  return all === EXIT.passed && !passed ? EXIT.untold : all;
}

/** The built-in scenarios and those of the host file. */
async function libraryOf({ scenarios }: LoadedConfig): Promise<ScenarioLibrary> {
  let library = scenarioLibrary();
  for (const file of scenarios) library = library.with(parseScenarios(await readLimited(file), SCENARIO_ALIASES));
  return library;
}

/** A single scenario runs as a suite of one. */
function withSingle(library: ScenarioLibrary, name: string): readonly [ScenarioLibrary, string] {
  const isSuite = library.suites.some((one) => one.name === name || one.aliases.includes(name));
  const isScenario = library.scenarios.some((one) => one.name === name || one.aliases.includes(name));
  if (isSuite || !isScenario) return [library, name];
  const own = `only-${name}`;
  return [library.with({ suites: [{ name: own, description: `only ${name}`, scenarios: [name] }] }), own];
}

async function overlayOf(io: Io, file: string | undefined): Promise<ExperimentOverlay> {
  if (file === undefined) return {};
  const overlay = readYaml(await readLimited(resolve(io.cwd, file)), file);
  if (isOverlay(overlay)) return overlay;
  throw usageError(`expected ${file} to hold members of an experiment, such as steadyState`);
}

/** Whatever is inside is checked with the experiment it becomes part of. */
function isOverlay(value: unknown): value is ExperimentOverlay {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parameters(given: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
      if (name === undefined || value === undefined) throw usageError(`expected --param name=value, got ${text}`);
      return [name, jsonOr(value)];
    }),
  );
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Most values are plain words.
    return text;
  }
}

function list(io: Io, { suites, scenarios }: ScenarioLibrary, { json }: CommonOptions): ExitCode {
  print(io, json, { suites, scenarios }, () => [
    'suites:',
    ...suites.map((one) => suiteLine(one)),
    'scenarios:',
    ...scenarios.map((one) =>
      plainText(`  ${one.name.padEnd(36)} ${one.category}, ${one.complexity}: ${one.description}`),
    ),
  ]);
  return EXIT.passed;
}

function suiteLine({ name, scenarios, description }: Suite): string {
  return plainText(`  ${name.padEnd(36)} ${scenarios.length} scenarios: ${description}`);
}
