import * as z from 'zod';
import { safetySchema } from '../guard/safety.ts';
import { type Key, optionalKey, type RefusedKey } from './key.ts';
import { onOff, percent, someMilliseconds, someSeconds, someShare } from './units.ts';
import { USAGE_PRESET_NAMES } from './usage-preset.ts';

/** `global` and `safety` of document 001, and `safety` of document 003. */
export const SAFETY = {
  maxConcurrent: optionalKey({
    path: 'global.max_concurrent_experiments',
    source: '001',
    value: z.int().min(1),
    meaning: 'runs at once: `safety.maxConcurrentRuns`',
  }),
  checkInterval: optionalKey({
    path: 'global.safety_check_interval',
    source: '001',
    value: someSeconds,
    meaning: 'how often limits and the stop file are looked at: `safety.checkInterval`; seconds',
  }),
  emergencyThreshold: optionalKey({
    path: 'global.emergency_stop_threshold',
    source: '001',
    value: someShare,
    meaning: 'a run whose health score falls below it ends and is reverted: `safety.stopWhen`, `healthBelow`',
  }),
  productionMode: optionalKey({
    path: 'safety.production_mode',
    source: '001',
    value: onOff,
    meaning:
      'true: the environment is `production`, which needs windows, an allow-list and approval. false leaves it to CHAOS_ENVIRONMENT and NODE_ENV',
  }),
  approvalForCritical: optionalKey({
    path: 'safety.require_approval_for_critical',
    source: '001',
    value: onOff,
    meaning: 'true: `safety.requireApproval` is `critical`; false: `never`',
  }),
  autoRollback: optionalKey({
    path: 'safety.auto_rollback_enabled',
    source: '001',
    value: z.literal(true, {
      error: 'expected true: every fault is always reverted. To keep it longer, give it a longer `for`',
    }),
    meaning: 'always so; only `true` is taken',
  }),
  monitoringInterval: optionalKey({
    path: 'safety.safety_monitoring_interval',
    source: '001',
    value: someSeconds,
    meaning: 'the same as `global.safety_check_interval`; of both the shorter one counts; seconds',
  }),
  maxCpu: optionalKey({
    path: 'safety.max_cpu_usage',
    source: '001',
    value: percent,
    meaning: 'a run ends when the CPU use of the host goes above it: `safety.stopWhen`, `cpuAbove`; per cent',
  }),
  maxMemory: optionalKey({
    path: 'safety.max_memory_usage',
    source: '001',
    value: percent,
    meaning: 'the same for memory: `memoryAbove`; per cent',
  }),
  usageLimits: optionalKey({
    path: 'safety.usage_limits',
    source: 'own',
    value: z.enum(USAGE_PRESET_NAMES),
    meaning: 'both limits by name: the documents give two pairs. A limit that is written itself wins',
  }),
  maxErrorRate: optionalKey({
    path: 'safety.max_error_rate',
    source: '001',
    value: percent,
    meaning: 'a run ends when more of the checks of any probe fail: `safety.stopWhen`, `successBelow`; per cent',
  }),
  maxResponseTime: optionalKey({
    path: 'safety.max_response_time',
    source: '001',
    value: someMilliseconds,
    meaning: 'a run ends when the p95 latency of any probe goes above it: `safety.stopWhen`, `p95Above`; milliseconds',
  }),
  minHealthyServices: optionalKey({
    path: 'safety.min_healthy_services',
    source: '003',
    value: someShare,
    meaning:
      'share of the watched services that must stay fine, the one to be broken counted as lost; and at most the rest of a group is under fault at once: `safety.maxShareOfGroup`',
  }),
  protectedServices: optionalKey({
    path: 'safety.protected_services',
    source: '003',
    value: z.array(z.string().min(1)),
    meaning: 'never touched: `safety.protect`',
  }),
} as const;

/** Options of the engine that are no data. */
const CODE_ONLY = 'approve';

/** Every option of the engine's `safety` that can be written down, under its own name. */
export const OWN_SAFETY: readonly Key[] = Object.entries(safetySchema.shape).flatMap(([name, value]) =>
  name === CODE_ONLY
    ? []
    : [optionalKey({ path: `safety.${name}`, source: 'own', value, meaning: `the engine's \`safety.${name}\`` })],
);

export const REFUSED_SAFETY: readonly RefusedKey[] = [
  {
    path: `safety.${CODE_ONLY}`,
    source: 'own',
    reason: 'who approves is a function, which no file can hold',
    instead: 'give `approve` in code',
  },
];
