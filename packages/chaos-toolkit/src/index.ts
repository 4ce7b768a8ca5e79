export type { FunctionTable, NativeFunction } from './provider/function-table.ts';
export type { PyDict, PyFloat, PyValue } from './python/value.ts';
export type { ControlHook, ControlModule, ControlScene, GlobalControl } from './run/controls.ts';
export type { Finding } from './run/finding.ts';
export type { HypothesisState, Journal, JournalEntry, JournalStatus } from './run/journal.ts';
export type {
  DryMode,
  FaultEngine,
  FaultRequest,
  HypothesisStrategy,
  Mode,
  PythonBridgeOptions,
  RollbackStrategy,
  RunOptions,
} from './run/options.ts';
export { type ChaosToolkitResult, runChaosToolkit } from './run/run-chaos-toolkit.ts';
export { parseVariable } from './run/variables.ts';
export {
  type ExperimentSource,
  type ImportedExperiment,
  type ImportOptions,
  importChaosToolkit,
} from './source/import-chaos-toolkit.ts';
