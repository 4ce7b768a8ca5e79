import type { Watchtower } from '../watchtower/watchtower.ts';
import type { IncidentSignal } from './incident-signal.ts';
import type { Handled } from './playbook-engine.ts';

/**
 * Hands over what the watchtower cannot mend by restarting: triggers `watchtower.gave-up`, `watchtower.escalated` and
 * `watchtower.storm`, with the target's group. Until disposed.
 */
export function escalateTo(
  handler: { handle(signal: IncidentSignal): Promise<Handled> },
  tower: Pick<Watchtower, 'on'>,
): Disposable {
  return tower.on(async ({ type, data }) => {
    if (type === 'watchtower:gave-up' || type === 'watchtower:escalated') {
      const { target } = data;
      const trigger = type.replace(':', '.');
      const about = { target: target.name, kind: target.kind, id: target.id };
      await handler.handle({ trigger, group: target.group, cause: target.name, severity: 'major', data: about });
    }
    if (type === 'watchtower:storm') {
      const { group, members } = data;
      const signal = { group, cause: 'common-cause', severity: 'major', data: { members } } as const;
      await handler.handle({ trigger: 'watchtower.storm', ...signal });
    }
  });
}
