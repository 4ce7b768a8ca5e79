import { importError, syntaxErrorInMain } from './code-error.ts';
import { configModified } from './config-drift.ts';
import { heartbeatStops, kernelCrash } from './kernel-health.ts';
import { apiLatencySpike } from './latency-spike.ts';
import { missingProgram } from './missing-binary.ts';
import { corruptedWeights } from './model-corruption.ts';
import { cpuIsSaturated, memoryLeaks, queueBacksUp } from './resource.ts';
import { missingApiField } from './schema-drift.ts';
import { secretLeak } from './secret-leak.ts';

/**
 * The thirteen failure cards, by id. Each is bound to a system by `with(…)`: `builtInCards.KH001.with({ target, users,
 * process })`. They expect the triggers and playbooks of this package unless told otherwise.
 */
export const builtInCards = {
  CE001: syntaxErrorInMain,
  CE002: importError,
  DEP001: missingProgram,
  KH001: heartbeatStops,
  KH002: kernelCrash,
  SD001: missingApiField,
  MC001: corruptedWeights,
  RE001: cpuIsSaturated,
  RE002: memoryLeaks,
  RE003: queueBacksUp,
  CF001: configModified,
  NF001: apiLatencySpike,
  SEC001: secretLeak,
} as const;
