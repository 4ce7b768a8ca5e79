import * as z from 'zod';
import { systemClock } from '../../clock.ts';
import { ChaosError } from '../../errors.ts';
import type { FaultContext } from '../../fault/injector.ts';
import { loadRecoverable } from '../../guardian/recovery-registry.ts';
import { silentLogger } from '../../logger.ts';
import type { AnyFault, ChaosPlugin } from '../../plugin.ts';
import { seededRandom } from '../../random.ts';
import type { Target } from '../../target/target.ts';
import type { TargetSource } from '../../target/target-source.ts';

/** The fault of this type in a plugin. Throws `CHAOS_FAULT_UNKNOWN`. */
export function faultOf(plugin: Pick<ChaosPlugin, 'faults' | 'name'>, type: string): AnyFault {
  const fault = plugin.faults.find((candidate) => candidate.type === type);
  if (fault !== undefined) return fault;
  throw new ChaosError('CHAOS_FAULT_UNKNOWN', `expected plugin ${plugin.name} to provide ${type}`);
}

/** The same fault from a second copy of its plugin, as another process would build it. */
export async function rebuiltFault({ name, module, options }: ChaosPlugin, type: string): Promise<AnyFault> {
  const { faults, failures } = await loadRecoverable([{ name, module, options }]);
  const fault = faults.get(type);
  if (fault !== undefined) return fault;
  throw new ChaosError(
    'CHAOS_GUARDIAN_CANNOT_LOAD',
    `${type}: ${failures[0]?.reason ?? 'not among the faults of the rebuilt plugin'}`,
  );
}

/** Context for calling a verb outside an engine. */
export function bareContext(signal: AbortSignal = new AbortController().signal, target?: Target): FaultContext {
  const connection = target?.connection === undefined ? {} : { connection: target.connection };
  return { signal, clock: systemClock, random: seededRandom('conformance'), log: silentLogger, ...connection };
}

/** The plugin with its source of this kind answering with exactly one known target. */
export function pinned(plugin: ChaosPlugin, target: Target): ChaosPlugin {
  const pin = (source: TargetSource): TargetSource =>
    source.kind === target.kind
      ? {
          kind: source.kind,
          query: z.string(),
          find: async () => [target],
          reread: (asked, context) => source.reread(asked, context),
          group: (asked, context) => source.group(asked, context),
        }
      : source;
  return { ...plugin, targets: plugin.targets.map(pin) };
}

/** The same for an engine of one check: closing that must not close what other checks are using. */
export function lent(plugin: ChaosPlugin, target: Target): ChaosPlugin {
  const { close: _close, ...rest } = pinned(plugin, target);
  return rest;
}
