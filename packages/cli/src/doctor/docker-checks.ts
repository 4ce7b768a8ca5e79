import { isChaosError, messageOf } from '@bridge/chaos-core';
import { type Finding, networkAbilities, networkDoctor } from '@bridge/chaos-injectors/network';
import type { Check } from './check.ts';

const SILENCE = 10_000;

/** Whether Docker answers, what its kernel can do to packets, and what network faults left in containers. */
export async function dockerChecks(options: { readonly remove: boolean }): Promise<readonly Check[]> {
  try {
    const findings = await networkDoctor({ remove: options.remove, signal: AbortSignal.timeout(SILENCE * 6) });
    const reachable: Check = { area: 'docker', name: 'Docker', outcome: 'ok', found: 'answers' };
    return [reachable, ...findings.map(leftover), ...(await kernelChecks())];
  } catch (error) {
    if (!isChaosError(error)) throw error;
    const remedy = 'container, network and resource faults need it: start Docker, or name hosts in the host file';
    return [{ area: 'docker', name: 'Docker', outcome: 'limited', found: messageOf(error), remedy }];
  }
}

async function kernelChecks(): Promise<readonly Check[]> {
  const abilities = await networkAbilities();
  return abilities.map(({ connection, fault, lacks }): Check => {
    const name = `${fault} (${connection})`;
    if (lacks === null) return { area: 'kernel', name, outcome: 'ok', found: 'possible' };
    return {
      area: 'kernel',
      name,
      outcome: 'limited',
      found: `impossible: no ${lacks}`,
      remedy: 'another kernel, or its modules',
    };
  });
}

function leftover(finding: Finding): Check {
  const name = `${finding.container} (${finding.connection})`;
  switch (finding.kind) {
    case 'leftover': {
      const found = `${finding.tags.length} network faults, ${finding.state}`;
      if (finding.state !== 'left') return { area: 'leftovers', name, outcome: 'ok', found };
      return {
        area: 'leftovers',
        name,
        outcome: 'failed',
        found,
        remedy: '`chaos revert`, else `chaos doctor --remove`',
      };
    }
    case 'stale-helper': {
      const outcome = finding.state === 'left' ? 'limited' : 'ok';
      return {
        area: 'leftovers',
        name,
        outcome,
        found: `helper container ${finding.state}`,
        remedy: '`chaos doctor --remove`',
      };
    }
    case 'foreign':
      return { area: 'leftovers', name, outcome: 'limited', found: `of another tool: ${finding.what.join('; ')}` };
    case 'unreadable':
      return { area: 'leftovers', name, outcome: 'limited', found: `cannot be looked at: ${finding.reason}` };
  }
}
