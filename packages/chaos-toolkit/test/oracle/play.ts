import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ChaosError } from '@bridge/chaos-core';
import {
  type DryMode,
  type HypothesisStrategy,
  importChaosToolkit,
  type Journal,
  parseVariable,
  type RollbackStrategy,
  type RunOptions,
  runChaosToolkit,
} from '@bridge/chaos-toolkit';
import { type OracleCase, placed } from './cases.ts';

/** Plays one case in mode `compat` and tells what came of it, in the words of the recording. */
export async function play({ name, args, experiment }: OracleCase, port: number) {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-oracle-'));
  try {
    await writeFile(join(folder, 'f'), '');
    const [journal, exitCode] = await ran(placed(experiment, folder, port), optionsOf(args));
    return {
      exit_code: exitCode,
      rollback_ran: existsSync(join(folder, `rb.${name}`)),
      journal: journal === undefined ? null : summary(journal),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function ran(json: ReturnType<typeof placed>, options: RunOptions): Promise<[Journal | undefined, number]> {
  try {
    const imported = await importChaosToolkit({ json });
    const { journal, exitCode } = await runChaosToolkit(imported, options);
    return [journal, exitCode];
  } catch (error) {
    // Refused before it ran, or dead on the way: Chaos Toolkit ends with 1 and without a journal.
    if (error instanceof ChaosError) return [undefined, 1];
    throw error;
  }
}

const strategies: readonly HypothesisStrategy[] = [
  'before-method-only',
  'after-method-only',
  'during-method-only',
  'continuously',
];
const rollbacks: readonly RollbackStrategy[] = ['always', 'never', 'deviated'];
const dryModes: readonly DryMode[] = ['probes', 'actions', 'activities', 'pause'];

/** The command line of `chaos run` as options. */
function optionsOf(args: readonly string[]): RunOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      'hypothesis-strategy': text,
      'hypothesis-frequency': text,
      'rollback-strategy': text,
      dry: text,
      var: { type: 'string', multiple: true },
      'fail-fast': { type: 'boolean' },
    },
  });
  const strategy = strategies.find((one) => one === values['hypothesis-strategy']);
  const rollback = rollbacks.find((one) => one === values['rollback-strategy']);
  const dry = dryModes.find((one) => one === values.dry);
  return {
    mode: 'compat',
    allowShell: true,
    signals: false,
    failFast: values['fail-fast'] ?? false,
    hypothesisFrequency: Number(values['hypothesis-frequency'] ?? 1),
    variables: { configuration: Object.fromEntries((values.var ?? []).map(parseVariable)) },
    ...(strategy === undefined ? {} : { hypothesisStrategy: strategy }),
    ...(rollback === undefined ? {} : { rollbackStrategy: rollback }),
    ...(dry === undefined ? {} : { dry }),
  };
}

function summary({ status, deviated, steady_states: { before, after, during }, run, rollbacks: undone }: Journal) {
  return {
    status,
    deviated,
    before: before?.steady_state_met ?? null,
    after: after?.steady_state_met ?? null,
    during_any_false: during.some(({ steady_state_met: met }) => met === false),
    during_count_gt0: during.length > 0,
    run: run.map((entry) => ({
      name: String(entry.activity['name']),
      status: entry.status ?? null,
      output: entry.output,
    })),
    rollbacks: undone.map((entry) => entry.status ?? null),
  };
}
