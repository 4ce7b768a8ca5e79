import { ChaosError } from '../errors.ts';
import { type Problem, problemError } from '../experiment/problem.ts';
import { type SafetyInput, safetySchema } from '../guard/safety.ts';
import { INJECTORS } from './injector-keys.ts';
import type { Key } from './key.ts';
import { OWN_SAFETY, SAFETY } from './safety-keys.ts';
import type { Settings } from './settings.ts';
import { USAGE_PRESETS } from './usage-preset.ts';

/** Keys of the documents and the engine's own option that says the same. */
const SAME: readonly (readonly [Pick<Key, 'path'>, string])[] = [
  [SAFETY.maxConcurrent, 'maxConcurrentRuns'],
  [SAFETY.checkInterval, 'checkInterval'],
  [SAFETY.monitoringInterval, 'checkInterval'],
  [SAFETY.approvalForCritical, 'requireApproval'],
  [SAFETY.minHealthyServices, 'maxShareOfGroup'],
];

/** The engine's `safety` of everything that is written. Throws `CHAOS_CONFIGURATION_INVALID` where two keys contradict. */
export function safetyOf(settings: Settings): SafetyInput {
  const problems = SAME.flatMap(([key, own]): Problem[] => {
    const path = `safety.${own}`;
    if (!settings.has(key) || !settings.has({ path })) return [];
    return [{ path: key.path.split('.'), message: `expected it only once, got it as ${path} too` }];
  });
  if (problems.length > 0) throw problemError('CHAOS_CONFIGURATION_INVALID', 'the configuration', problems);
  const own = ownSafety(settings);
  return {
    ...own,
    ...documented(settings),
    protect: [...(own.protect ?? []), ...(settings.get(SAFETY.protectedServices) ?? [])],
    stopWhen: [...(own.stopWhen ?? []), ...stopsOf(settings)],
    faults: faultsOf(settings, own.faults ?? {}),
  };
}

function ownSafety(settings: Settings): SafetyInput {
  const given = OWN_SAFETY.filter((key) => settings.has(key));
  const written: unknown = Object.fromEntries(
    given.map((key) => [key.path.slice('safety.'.length), settings.raw(key)]),
  );
  if (isSafety(written)) return written;
  throw new ChaosError('CHAOS_CONFIGURATION_INVALID', 'safety: expected options that fit together');
}

function isSafety(written: unknown): written is SafetyInput {
  return safetySchema.safeParse(written).success;
}

function documented(settings: Settings): SafetyInput {
  const maxConcurrentRuns = settings.get(SAFETY.maxConcurrent);
  const approval = settings.get(SAFETY.approvalForCritical);
  const healthy = settings.get(SAFETY.minHealthyServices);
  const intervals = [settings.get(SAFETY.checkInterval), settings.get(SAFETY.monitoringInterval)];
  const checkInterval = Math.min(...intervals.map((interval) => interval ?? Number.POSITIVE_INFINITY));
  return {
    ...(maxConcurrentRuns === undefined ? {} : { maxConcurrentRuns }),
    ...(approval === undefined ? {} : { requireApproval: approval ? 'critical' : 'never' }),
    ...(healthy === undefined ? {} : { maxShareOfGroup: groupShare(healthy) }),
    ...(Number.isFinite(checkInterval) ? { checkInterval } : {}),
  };
}

/** A group of which nobody may be lost still lets one at a time be broken, as the engine's rule says: at least one. */
function groupShare(healthy: number): number {
  const rest = Number((1 - healthy).toFixed(12));
  return rest > 0 ? rest : Number.EPSILON;
}

function stopsOf(settings: Settings): NonNullable<SafetyInput['stopWhen']> {
  const preset = settings.get(SAFETY.usageLimits);
  const usage = preset === undefined ? undefined : USAGE_PRESETS[preset];
  const errorRate = settings.get(SAFETY.maxErrorRate);
  const limits = {
    cpuAbove: settings.get(SAFETY.maxCpu) ?? usage?.cpu,
    memoryAbove: settings.get(SAFETY.maxMemory) ?? usage?.memory,
    healthBelow: settings.get(SAFETY.emergencyThreshold),
    successBelow: errorRate === undefined ? undefined : 1 - errorRate,
    p95Above: settings.get(SAFETY.maxResponseTime),
  };
  return Object.entries(limits).flatMap(([name, limit]) => (limit === undefined ? [] : [{ [name]: limit }]));
}

type FaultRules = NonNullable<SafetyInput['faults']>;

function faultsOf(settings: Settings, own: FaultRules): FaultRules {
  const [delay, load] = [settings.get(INJECTORS.maxDelay), settings.get(INJECTORS.maxLoad)];
  const rules: FaultRules = {
    ...rule('network.latency', settings.get(INJECTORS.delayEnabled), delay === undefined ? {} : { delay }),
    ...rule('resource.cpu-stress', settings.get(INJECTORS.cpuEnabled), load === undefined ? {} : { load }),
  };
  const [twice] = Object.keys(rules).filter((type) => Object.hasOwn(own, type));
  if (twice === undefined) return { ...own, ...rules };
  throw new ChaosError(
    'CHAOS_CONFIGURATION_INVALID',
    `safety.faults: expected rules for ${twice} only once, got them in fault_injectors too`,
  );
}

function rule(type: string, enabled: boolean | undefined, max: Readonly<Record<string, number>>): FaultRules {
  if (enabled === undefined && Object.keys(max).length === 0) return {};
  return { [type]: { ...(enabled === undefined ? {} : { enabled }), max } };
}
