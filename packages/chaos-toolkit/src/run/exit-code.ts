import type { RunState } from './experiment-run.ts';
import type { Finding } from './finding.ts';
import type { Journal } from './journal.ts';
import type { Mode } from './options.ts';
import type { ChaosToolkitResult } from './run-chaos-toolkit.ts';

const NOT_UNDONE = ['fault-leaked', 'rollback-failed', 'steady-state-not-restored'];

export interface Ended {
  readonly mode: Mode;
  readonly journal: Journal;
  readonly state: RunState;
  readonly findings: readonly Finding[];
}

export function exitCodeOf({ mode, journal, state, findings }: Ended): ChaosToolkitResult['exitCode'] {
  if (findings.some(({ trap }) => NOT_UNDONE.includes(trap))) return 5;
  const { status, deviated } = journal;
  const passed = status === 'completed' && !deviated;
  if (mode === 'compat') return passed ? 0 : 1;
  if (status === 'interrupted') return 4;
  if (!state.methodStarted) return 3;
  return passed && state.during.every((check) => check.steady_state_met) ? 0 : 1;
}
