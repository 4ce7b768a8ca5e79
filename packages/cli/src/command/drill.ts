import { join } from 'node:path';
import {
  artifactFolder,
  type Backlog,
  type Card,
  type ChaosPlugin,
  type Coverage,
  coverageOf,
  type DrillOptions,
  type DrillRecord,
  drill as drillCard,
  drillEntries,
  fileBacklog,
  freshSeed,
  nullDrill,
  openBacklog,
  seededRandom,
} from '@bridge/chaos-core';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { EVERYTHING, loadPlugins } from '../config/load-plugins.ts';
import { usageError } from '../config/usage-error.ts';
import { EXIT, type ExitCode, gravest } from '../exit-code.ts';
import { isArmed } from '../host/host.ts';
import { interruptible } from '../host/interruptible.ts';
import { loadCards } from '../host/load-cards.ts';
import { type Host, openHost } from '../host/open-host.ts';
import { sayOrphans } from '../host/say-orphans.ts';
import { userName } from '../host/user-name.ts';
import { RunJournals } from '../report/run-journals.ts';
import type { Io } from '../terminal/io.ts';
import { print, remark } from '../terminal/print.ts';
import { drillLines } from '../view/drill-lines.ts';
import { runView } from '../view/run-view.ts';
import type { CommonOptions } from './common-options.ts';

export interface DrillCommandOptions extends CommonOptions {
  /** Let risk, staleness and uncertainty choose one card. */
  readonly choose?: boolean;
  /** Break nothing: do the detectors keep quiet? */
  readonly null?: boolean;
  readonly version?: string;
  readonly environment: string;
  readonly seed?: number;
}

/** Drills failure cards: breaks what they say and judges what the system did about it. */
export async function drill(io: Io, ids: readonly string[], options: DrillCommandOptions): Promise<ExitCode> {
  const config = await loadConfig(io.cwd, options);
  const cards = await loadCards(config);
  const named = ids.map((id) => cardOf(cards, id));
  if (named.length === 0 && !options.choose) {
    throw usageError(`expected the ids of cards, or --choose; there are ${[...cards.keys()].join(', ')}`);
  }
  const plugins = await loadPlugins(config, EVERYTHING);
  const records: DrillRecord[] = [];
  {
    await using host = await drillHost(io, config, plugins);
    const chosen =
      named.length > 0 ? named.map((card) => ({ card, why: undefined })) : [await choice(host, cards, options)];
    const backlog = await backlogOf(config, host);
    await using _journals = await RunJournals.of(host.engine, config);
    for (const { card, why } of chosen) {
      if (why !== undefined) remark(io, why);
      records.push(await drillOne(io, config, host, card, { ...options, why, backlog }));
    }
  }
  print(io, options.json, records.length === 1 ? records[0] : records, () =>
    records.flatMap((record) => drillLines(io.out, record)),
  );
  return gravest(records.map(codeOf));
}

function cardOf(cards: ReadonlyMap<string, Card>, id: string): Card {
  const card = cards.get(id);
  if (card !== undefined) return card;
  throw usageError(`expected the id of a card, got ${JSON.stringify(id)}; there are ${[...cards.keys()].join(', ')}`);
}

function drillHost(io: Io, config: LoadedConfig, plugins: readonly ChaosPlugin[]): Promise<Host> {
  return openHost(config, plugins, { armed: isArmed(config, io.env), onEngine: (engine) => sayOrphans(io, engine) });
}

async function choice(
  host: Host,
  cards: ReadonlyMap<string, Card>,
  options: DrillCommandOptions,
): Promise<{ readonly card: Card; readonly why: string | undefined }> {
  const coverage: Coverage = await coverageOf([...cards.values()], {
    environment: options.environment,
    ...(options.version === undefined ? {} : { version: options.version }),
    ...(host.ledger === undefined ? {} : { entries: drillEntries(host.ledger.ledger) }),
  });
  const chosen = coverage.choose(seededRandom(options.seed ?? freshSeed()));
  if (chosen === undefined) throw usageError('expected at least one card to choose from');
  return chosen;
}

function backlogOf({ state }: LoadedConfig, { engine, ledger }: Host): Promise<Backlog> {
  const entries = ledger === undefined ? {} : { entries: drillEntries(ledger.ledger) };
  return openBacklog(engine, { sinks: [fileBacklog(join(state, 'backlog'))], ...entries });
}

interface OneDrill extends DrillCommandOptions {
  readonly why: string | undefined;
  readonly backlog: Backlog;
}

async function drillOne(
  io: Io,
  { state }: LoadedConfig,
  { engine }: Host,
  card: Card,
  { why, backlog, version, environment, seed, null: quiet, json }: OneDrill,
): Promise<DrillRecord> {
  using view = runView(io, json === true);
  using interruption = interruptible(io, (text) => view.remark(text));
  using _shown = engine.on('*', (event) => view.show(event));
  const options: DrillOptions = {
    signal: interruption.signal,
    actor: userName(io.env),
    environment,
    backlog,
    ...(version === undefined ? {} : { version }),
    ...(why === undefined ? {} : { why }),
    ...(seed === undefined ? {} : { seed }),
  };
  if (quiet) return await nullDrill(engine, card, options);
  return await drillCard(engine, card, { ...options, artifacts: { store: artifactFolder(join(state, 'artifacts')) } });
}

function codeOf({ outcome, report }: DrillRecord): ExitCode {
  if (report?.reversal.clean === false) return EXIT.leaked;
  if (report?.verdict === 'aborted' && report.aborted?.code !== 'stop-condition') return EXIT.stopped;
  if (outcome === 'passed') return EXIT.passed;
  return outcome === 'failed' ? EXIT.failed : EXIT.untold;
}
