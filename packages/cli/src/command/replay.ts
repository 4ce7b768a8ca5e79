import { resolve } from 'node:path';
import * as z from 'zod';
import { loadConfig } from '../config/load-config.ts';
import { usageError } from '../config/usage-error.ts';
import type { ExitCode } from '../exit-code.ts';
import { type ExperimentSource, readExperiment } from '../host/experiment-source.ts';
import { keptExperiment } from '../host/runs-folder.ts';
import { ReportShelf, readIdentities } from '../report/report-shelf.ts';
import type { Io } from '../terminal/io.ts';
import { remark } from '../terminal/print.ts';
import { type RunOptions, runSource } from './run.ts';

export interface ReplayOptions extends Omit<RunOptions, 'seed' | 'repeat' | 'dryRun'> {
  /** The experiment's file, where the run kept no text of it. */
  readonly experiment?: string;
}

const kept = z.union([
  z.object({ kind: z.literal('text'), name: z.string(), text: z.string() }),
  z.object({ kind: z.literal('module'), name: z.string() }),
]);

/** Runs the experiment of an earlier run again, with its seed: the same picks from the same targets. */
export async function replay(io: Io, wanted: string, options: ReplayOptions): Promise<ExitCode> {
  const config = await loadConfig(io.cwd, options);
  const identities = await readIdentities(io.cwd, options.identity);
  const { id, seed, name } = await new ReportShelf(config).report(io.cwd, wanted, identities);
  const source = await sourceOf(io, config.state, id, options.experiment);
  remark(io, `replaying "${name}" of ${id} with seed ${seed}`);
  return await runSource(io, config, source, { ...options, seed });
}

async function sourceOf(io: Io, state: string, id: string, file: string | undefined): Promise<ExperimentSource> {
  if (file !== undefined) return await readExperiment(io, file);
  const text = await keptExperiment(state, id);
  if (text === undefined) {
    throw usageError(
      `run ${id} kept no text of its experiment, since a secret stands in it; name the file by --experiment`,
    );
  }
  const source = kept.parse(JSON.parse(text));
  return source.kind === 'text' ? source : await readExperiment(io, resolve(io.cwd, source.name));
}
