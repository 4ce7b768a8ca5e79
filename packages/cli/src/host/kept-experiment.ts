import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isChaosError, type Run, writtenExperiment } from '@bridge/chaos-core';
import * as z from 'zod';
import type { Io } from '../terminal/io.ts';
import { type ExperimentSource, readExperiment } from './experiment-source.ts';
import { holdsSecret } from './holds-secret.ts';
import type { AnyEngine } from './host.ts';
import { runsFolder } from './runs-folder.ts';
import { isMissing, listed } from './state-of.ts';

const EXPERIMENT = '.experiment';

const kept = z.union([
  z.object({ kind: z.literal('text'), name: z.string(), text: z.string() }),
  z.object({ kind: z.literal('module'), name: z.string() }),
]);

/**
 * Keeps the experiment of a run, readable by this user only, unless a secret stands in it. A module is kept by its name;
 * what nobody wrote down for this run alone (a card's, a scenario's) as the text that says the same.
 */
export async function keepUnlessSecret(
  state: string,
  engine: AnyEngine,
  run: Run,
  written?: ExperimentSource,
): Promise<void> {
  const source = written ?? sourceOf(engine, run);
  if (source === undefined || holdsSecret(run)) return;
  await mkdir(runsFolder(state), { recursive: true, mode: 0o700 });
  const shown = source.kind === 'text' ? source : { kind: source.kind, name: source.name };
  await writeFile(fileOf(state, run.id), `${JSON.stringify(shown)}\n`, { mode: 0o600 });
}

/** What {@link keepUnlessSecret} kept; undefined where nothing was. */
export async function keptExperiment(io: Io, state: string, run: string): Promise<ExperimentSource | undefined> {
  const text = await keptText(state, run);
  if (text === undefined) return undefined;
  const source = kept.parse(JSON.parse(text));
  return source.kind === 'text' ? source : await readExperiment(io, resolve(io.cwd, source.name));
}

export async function isExperimentKept(state: string, run: string): Promise<boolean> {
  return (await keptText(state, run)) !== undefined;
}

/** Removes the experiments of runs that are not wanted any more. */
export async function forgetExperiments(state: string, wanted: ReadonlySet<string>): Promise<void> {
  const names = (await listed(runsFolder(state))).filter((name) => name.endsWith(EXPERIMENT));
  const old = names.map((name) => name.slice(0, -EXPERIMENT.length)).filter((run) => !wanted.has(run));
  for (const run of old) await rm(fileOf(state, run), { force: true });
}

/** Undefined where text cannot say it: a probe that only its program has. */
function sourceOf(engine: AnyEngine, run: Run): ExperimentSource | undefined {
  const text = JSON.stringify(writtenExperiment(run.experiment));
  try {
    engine.parse(text);
  } catch (error) {
    if (isChaosError(error)) return undefined;
    throw error;
  }
  return { kind: 'text', name: `the experiment of ${run.id}`, text };
}

async function keptText(state: string, run: string): Promise<string | undefined> {
  try {
    return await readFile(fileOf(state, run), 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function fileOf(state: string, run: string): string {
  return join(runsFolder(state), `${run}${EXPERIMENT}`);
}
