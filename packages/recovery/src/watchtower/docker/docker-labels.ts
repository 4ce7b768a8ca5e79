import { COMPOSE_PROJECT, COMPOSE_SERVICE } from '../../graph/compose-labels.ts';

/** A container with this label is watched. Its value is the restart rule; `true` is `unless-stopped`. */
export const RECOVER_LABEL = 'bridge.chaos.recover';
/** Names the group of a container. Without it: compose `project/service`, else the container alone. */
export const GROUP_LABEL = 'bridge.chaos.group';

type Labels = Readonly<Record<string, string>>;

export function containerGroup(labels: Labels, name: string): string {
  const own = labels[GROUP_LABEL];
  if (own !== undefined && own !== '') return own;
  const service = labels[COMPOSE_SERVICE];
  return service === undefined ? name : `${labels[COMPOSE_PROJECT] ?? ''}/${service}`;
}
