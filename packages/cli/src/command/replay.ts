import { experimentDeed, ledgerRecord, type Report } from '@bridge/chaos-core';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { EVERYTHING, loadPlugins } from '../config/load-plugins.ts';
import { usageError } from '../config/usage-error.ts';
import { EXIT, type ExitCode, gravest } from '../exit-code.ts';
import { readExperiment } from '../host/experiment-source.ts';
import { isArmed, understand } from '../host/host.ts';
import { isOfSchedule, keptDeeds, notKept } from '../host/kept-deeds.ts';
import { isExperimentKept, keptExperiment } from '../host/kept-experiment.ts';
import { type Host, openHost } from '../host/open-host.ts';
import { performReplay, type Replayed } from '../host/perform-replay.ts';
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

/** Of a run that a schedule began the whole schedule is repeated, and that is in the ledger. */
async function isKept(config: LoadedConfig, shelf: ReportShelf, wanted: string): Promise<boolean> {
  if (!(await shelf.list()).some(({ id }) => id === wanted)) return false;
  if (config.ledger === undefined) return true;
  return (await isExperimentKept(config.state, wanted)) && !(await isOfSchedule(config.ledger, wanted));
}

async function replayKept(
  io: Io,
  config: LoadedConfig,
  { id, name, seed, events }: Report,
  { experiment: [file] = [], json = false }: ReplayOptions,
): Promise<Replayed> {
  const source = file === undefined ? await keptExperiment(io, config.state, id) : await readExperiment(io, file);
  if (source === undefined) throw notKept(`the experiment of run ${id}`);
  const { plugins, experiment } = await understand(config, source);
  await using host = await hostFor(io, config, plugins);
  remark(io, `replaying "${name}" of ${id} with seed ${seed}`);
  return await performReplay(io, host.engine, config, { id, record: () => events, experiment, source, quiet: json });
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
  const record = ledgerRecord(() => ledger.ledger);
  const experiments = sources.map((source) => engine.parse(seeded(source, undefined)));
  const given = experiments.map((one) => experimentDeed(one));
  const deeds = given.length > 0 ? given : await keptDeeds(io, config.state, engine, { id, record });
  const [only, ...others] = experiments;
  remark(io, `replaying what the ledger has of ${id}`);
  return await performReplay(io, engine, config, {
    id,
    record,
    ...(deeds.length === 0 ? {} : { things: deeds.map((deed) => ({ deed })) }),
    ...(only === undefined || others.length > 0 ? {} : { experiment: only }),
    quiet: json,
  });
}

function hostFor(io: Io, config: LoadedConfig, plugins: Parameters<typeof openHost>[1]): Promise<Host> {
  const armed = isArmed(config, io.env);
  return openHost(config, plugins, { armed, onEngine: (engine) => sayOrphans(io, engine) });
}
