import { ChaosError, createRedactor } from '@bridge/chaos-core';
import { ActivityFailure, CrashError } from '../python/crash.ts';
import type { ImportedExperiment } from '../source/import-chaos-toolkit.ts';
import { refuseTraps } from '../strict/refuse-traps.ts';
import { exitCodeOf } from './exit-code.ts';
import type { ExperimentRun } from './experiment-run.ts';
import type { FaultKeeper } from './fault-keeper.ts';
import type { Finding } from './finding.ts';
import { Interruption, onEndingSignals } from './interruption.ts';
import type { Journal } from './journal.ts';
import type { RunOptions } from './options.ts';
import { prepare } from './prepare.ts';
import { secretTexts } from './secret-texts.ts';
import { vaultCredentials } from './vault.ts';

export interface ChaosToolkitResult {
  readonly journal: Journal;
  /**
   * `compat`: 0 when the run completed and did not deviate, else 1. `strict`: 0 pass, 1 failed, 3 the steady state was not
   * met before the method, 4 stopped. In both modes 5 when something could not be proven undone; it wins over all.
   */
  readonly exitCode: 0 | 1 | 3 | 4 | 5;
  /** What happened that the journal does not say, or says too quietly. */
  readonly findings: readonly Finding[];
}

/**
 * Runs an imported experiment. Faults of this SDK in it are reverted at the end, however it ends. Throws
 * `CHAOS_EXPERIMENT_INVALID` before anything was touched; `CHAOS_TOOLKIT_CRASHED` in mode `compat` where Chaos Toolkit
 * dies without a journal.
 */
export async function runChaosToolkit(
  imported: ImportedExperiment,
  options: RunOptions = {},
): Promise<ChaosToolkitResult> {
  const { mode = 'strict', signal, signals = true } = options;
  if (mode === 'strict') refuseTraps(imported.traps);
  using prepared = await prepare(imported.fresh(), options);
  const { run, faults, findings } = prepared;
  using _signals = signals ? onEndingSignals((interruption) => run.interrupt(interruption)) : undefined;
  const onAbort = (): void => run.interrupt(new Interruption('stopped by the host'));
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    const { journal, leaked } = await playThenRevert(run, faults);
    findings.push(...leaked.map(leakFinding));
    const exitCode = exitCodeOf({ mode, journal, state: run.state, findings });
    const { secrets, configuration } = prepared.variables;
    const values = [secrets, vaultCredentials(configuration)].flatMap(secretTexts);
    const shown = mode === 'strict' ? createRedactor({ values, maxText: 16 * 2 ** 20 }).copy(journal) : journal;
    return { journal: shown, exitCode, findings };
  } catch (error) {
    if (!(error instanceof CrashError || error instanceof ActivityFailure)) throw error;
    const message = `Chaos Toolkit ends here with ${error.message} and writes no journal. Run it in mode "strict" to see where and why.`;
    throw new ChaosError('CHAOS_TOOLKIT_CRASHED', message, { cause: error });
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

/** However the run ends, nothing it injected stays. */
async function playThenRevert(run: ExperimentRun, faults: FaultKeeper) {
  let journal: Journal;
  try {
    journal = await run.run();
  } catch (error) {
    const leaked = await faults.revertAll();
    if (leaked.length === 0) throw error;
    throw new ChaosError('CHAOS_FAULT_LEAKED', `could not be proven undone: ${leaked.join('; ')}`, { cause: error });
  }
  return { journal, leaked: await faults.revertAll() };
}

function leakFinding(message: string): Finding {
  return { trap: 'fault-leaked', path: '', message, remedy: 'It is retried; look at the target.' };
}
