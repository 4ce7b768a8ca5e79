import { resolve } from 'node:path';
import { experimentDeed, ledgerRecord, type Report } from '@bridge/chaos-core';
import * as z from 'zod';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { EVERYTHING, loadPlugins } from '../config/load-plugins.ts';
import { usageError } from '../config/usage-error.ts';
import { EXIT, type ExitCode, gravest } from '../exit-code.ts';
import { type ExperimentSource, readExperiment } from '../host/experiment-source.ts';
import { isArmed, understand } from '../host/host.ts';
import { type Host, openHost } from '../host/open-host.ts';
import { performReplay, type Replayed } from '../host/perform-replay.ts';
import { keepUnlessSecret, keptExperiment } from '../host/runs-folder.ts';
import { sayOrphans } from '../host/say-orphans.ts';
import { seeded } from '../host/seeded.ts';
import { baselineOf } from '../report/compare-with-baseline.ts';
import { ReportShelf, readIdentities } from '../report/report-shelf.ts';
import type { Io } from '../terminal/io.ts';
import { remark } from '../terminal/print.ts';
import { type RunOptions, tellRuns } from './run.ts';

export interface ReplayOptions extends Omit<RunOptions, 'seed' | 'repeat' | 'dryRun'> {
  /** Files of the experiments, where nothing kept their text. */
  readonly experiment?: readonly string[];
}

const kept = z.union([
  z.object({ kind: z.literal('text'), name: z.string(), text: z.string() }),
  z.object({ kind: z.literal('module'), name: z.string() }),
]);

/** An id that the ledger may know although nothing of it is kept here: of a schedule, or of a run that one began. */
const RECORDED = /^(schedule|run)-[\w-]{1,80}$/;

/**
 * Repeats what was done under an id, with its seed, on the same targets, at the same offsets: a run that was kept here, or
 * a run or a schedule in the ledger. Hits nothing where that would be something else.
 */
export async function replay(io: Io, wanted: string, options: ReplayOptions): Promise<ExitCode> {
  const config = await loadConfig(io.cwd, options);
  const shelf = new ReportShelf(config);
  const baseline = await baselineOf(io, config, options);
  const { reports, interrupted } =
    !RECORDED.test(wanted) || (await isKept(config, shelf, wanted))
      ? await replayKept(
          io,
          config,
          await shelf.report(io.cwd, wanted, await readIdentities(io.cwd, options.identity)),
          options,
        )
      : await replayRecorded(io, config, wanted, options);
  if (reports.length === 0 && !interrupted) {
    remark(io, `there is nothing to repeat under ${wanted}`);
    return EXIT.untold;
  }
  const codes = await tellRuns(io, { reports, repetition: undefined }, baseline, options);
  return gravest([...codes, ...(interrupted ? [EXIT.stopped] : [])]);
}

/** What a schedule began is in the ledger as a whole; of its runs there are reports here, without experiments. */
async function isKept({ state, ledger }: LoadedConfig, shelf: ReportShelf, wanted: string): Promise<boolean> {
  if (!(await shelf.list()).some(({ id }) => id === wanted)) return false;
  return ledger === undefined || (await keptExperiment(state, wanted)) !== undefined;
}

async function replayKept(
  io: Io,
  config: LoadedConfig,
  { id, name, seed, events }: Report,
  { experiment: [file] = [], json = false }: ReplayOptions,
): Promise<Replayed> {
  const source = await sourceOf(io, config.state, id, file);
  const { plugins, experiment } = await understand(config, source);
  await using host = await hostFor(io, config, plugins);
  remark(io, `replaying "${name}" of ${id} with seed ${seed}`);
  return await performReplay(io, host.engine, config, {
    id,
    record: () => events,
    experiment,
    quiet: json,
    onRun: (run) => keepUnlessSecret(config.state, run, source, experiment),
  });
}

async function replayRecorded(
  io: Io,
  config: LoadedConfig,
  id: string,
  { experiment: files = [], json = false }: ReplayOptions,
): Promise<Replayed> {
  const sources = await Promise.all(files.map((file) => readExperiment(io, file)));
  await using host = await hostFor(io, config, await loadPlugins(config, EVERYTHING));
  const { engine, ledger } = host;
  if (ledger === undefined) throw usageError(`expected a ledger to find ${id} in; nothing of it is kept here`);
  const experiments = sources.map((source) => engine.parse(seeded(source, undefined)));
  const [only, ...others] = experiments;
  remark(io, `replaying what the ledger has of ${id}`);
  return await performReplay(io, engine, config, {
    id,
    record: ledgerRecord(() => ledger.ledger),
    ...(experiments.length === 0 ? {} : { things: experiments.map((one) => ({ deed: experimentDeed(one) })) }),
    ...(only === undefined || others.length > 0 ? {} : { experiment: only }),
    quiet: json,
  });
}

function hostFor(io: Io, config: LoadedConfig, plugins: Parameters<typeof openHost>[1]): Promise<Host> {
  const armed = isArmed(config, io.env);
  return openHost(config, plugins, { armed, onEngine: (engine) => sayOrphans(io, engine) });
}

async function sourceOf(io: Io, state: string, id: string, file: string | undefined): Promise<ExperimentSource> {
  if (file !== undefined) return await readExperiment(io, file);
  const text = await keptExperiment(state, id);
  if (text === undefined) {
    throw usageError(
      `no text of the experiment of run ${id} was kept: a secret stands in it, or a card, a suite or a schedule began it; ` +
        'name its file by --experiment',
    );
  }
  const source = kept.parse(JSON.parse(text));
  return source.kind === 'text' ? source : await readExperiment(io, resolve(io.cwd, source.name));
}
