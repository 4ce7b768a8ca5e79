import { ChaosError, messageOf } from '../../errors.ts';
import type { AnyFault } from '../../plugin.ts';
import { crashChecks } from './crash-checks.ts';
import type { FaultHarness } from './harness.ts';
import { type ConformanceCheck, verbChecks } from './verb-checks.ts';

export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  /** The rule that was broken. */
  readonly reason?: string;
}

/** Every check of the kit for one fault, to be run by a test runner of your choice: `it(check.name, check.run)`. */
export function conformanceChecks(fault: Pick<AnyFault, 'type'>, harness: FaultHarness): ConformanceCheck[] {
  return [...verbChecks(harness, fault.type), ...crashChecks(harness, fault.type)];
}

/**
 * Puts a fault through the whole kit: every verb twice and out of order, an abort, an overlap, a SIGKILL at every step of
 * its life, an engine that slept. Takes a minute or so. Resolves with every result; rejects with `CHAOS_PLUGIN_INVALID`
 * naming each broken rule.
 */
export async function faultConformance(
  fault: Pick<AnyFault, 'type'>,
  harness: FaultHarness,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { name, run } of conformanceChecks(fault, harness)) {
    try {
      await run();
      results.push({ name, passed: true });
    } catch (error) {
      results.push({ name, passed: false, reason: messageOf(error) });
    }
  }
  const broken = results.filter(({ passed }) => !passed);
  if (broken.length === 0) return results;
  const list = broken.map(({ name, reason }) => `\n- ${name}: ${reason}`).join('');
  throw new ChaosError(
    'CHAOS_PLUGIN_INVALID',
    `${fault.type} breaks ${broken.length} of ${results.length} rules:${list}`,
    {
      details: { broken: broken.map(({ name }) => name) },
    },
  );
}
