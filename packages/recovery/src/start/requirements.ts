import { ChaosError, type Plugins, type RuntimeConfig } from '@bridge/chaos-core';
import { KILL } from './kill-a-container.ts';
import type { StartOptions } from './start-options.ts';

/** Refuses a configuration that wants what the host did not give. Throws `CHAOS_CONFIGURATION_INVALID`. */
export function verifyTogether<Ps extends Plugins>(config: RuntimeConfig, options: StartOptions<Ps>): void {
  const problem = forwardProblem(config, options) ?? thingsProblem(config, options) ?? nameProblem(config);
  if (problem !== undefined) throw new ChaosError('CHAOS_CONFIGURATION_INVALID', problem);
}

function forwardProblem<Ps extends Plugins>({ forward }: RuntimeConfig, options: StartOptions<Ps>): string | undefined {
  if (forward.length === 0) return undefined;
  const missing = options.ledger === undefined ? 'ledger' : options.forward === undefined ? 'forward' : undefined;
  if (missing === undefined) return undefined;
  return `runtime.ledger.forward: expected startFromConfig({ ${missing} }) beside it, got none: nothing would be sent on`;
}

function thingsProblem<Ps extends Plugins>(
  { chaos }: RuntimeConfig,
  { things, plugins }: StartOptions<Ps>,
): string | undefined {
  if (!chaos.enabled || things !== undefined) return undefined;
  if (plugins.some(({ faults }) => faults.some(({ type }) => type === KILL.type))) return undefined;
  return `runtime.health.chaos.enabled: expected \`things\` to choose from, or a plugin with ${KILL.type}, got neither`;
}

function nameProblem({ schedules }: RuntimeConfig): string | undefined {
  const index = schedules.findIndex(({ name }) => name === 'monkey');
  if (index === -1) return undefined;
  return `schedules[${index}].name: expected another name than that of the monkey itself, got "monkey"`;
}
