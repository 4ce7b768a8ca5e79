import { type ErrorCode, isChaosError, type Report } from '@bridge/chaos-core';
import { EXIT, type ExitCode } from './exit-code.ts';

/** What is wrong with what was typed or written, rather than with the system or the host. */
const USAGE: ReadonlySet<ErrorCode> = new Set([
  'CHAOS_CLI_USAGE',
  'CHAOS_OPTIONS_INVALID',
  'CHAOS_PLUGIN_INVALID',
  'CHAOS_EXPERIMENT_INVALID',
  'CHAOS_EXPERIMENT_UNREADABLE',
  'CHAOS_CONFIGURATION_MISSING',
  'CHAOS_TEMPLATE_UNRESOLVED',
  'CHAOS_FAULT_UNKNOWN',
  'CHAOS_FAULT_PARAMS_INVALID',
  'CHAOS_PROBE_UNKNOWN',
  'CHAOS_PROBE_INVALID',
  'CHAOS_LOAD_UNKNOWN',
  'CHAOS_LOAD_INVALID',
  'CHAOS_TARGET_KIND_UNKNOWN',
  'CHAOS_TARGET_QUERY_INVALID',
  'CHAOS_LEDGER_OPTIONS_INVALID',
  'CHAOS_LEDGER_NOT_FOUND',
  'CHAOS_CARD_INVALID',
  'CHAOS_CONFIGURATION_INVALID',
  'CHAOS_SCENARIO_INVALID',
  'CHAOS_SCENARIO_UNKNOWN',
  'CHAOS_SCHEDULE_INVALID',
  'CHAOS_REPORT_UNFIT',
  'CHAOS_REPORT_UNREADABLE',
]);

/** The code of a run's verdict. */
export function exitCodeOf({ verdict, passed, reversal }: Pick<Report, 'verdict' | 'passed' | 'reversal'>): ExitCode {
  if (verdict === 'leaked' || !reversal.clean) return EXIT.leaked;
  if (verdict === 'invalid' || verdict === 'inconclusive') return EXIT.untold;
  if (verdict === 'aborted') return EXIT.stopped;
  return passed ? EXIT.passed : EXIT.failed;
}

/** The code of something that was thrown: a known error says nothing about the system, an unknown one is our fault. */
export function exitCodeOfError(thrown: unknown): ExitCode {
  if (!isChaosError(thrown)) return EXIT.internal;
  if (thrown.code === 'CHAOS_FAULT_LEAKED') return EXIT.leaked;
  if (thrown.code === 'CHAOS_EMERGENCY_STOPPED') return EXIT.stopped;
  // As Chaos Toolkit itself ends there.
  if (thrown.code === 'CHAOS_TOOLKIT_CRASHED') return EXIT.failed;
  return USAGE.has(thrown.code) ? EXIT.usage : EXIT.untold;
}
