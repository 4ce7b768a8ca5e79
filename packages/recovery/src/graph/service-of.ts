import type { Target } from '@bridge/chaos-core';
import { COMPOSE_SERVICE } from './compose-labels.ts';
import type { ServiceGraph } from './service-graph.ts';

/** The service of the graph that a target is, by its Compose service, its group or its name; undefined for a stranger. */
export function serviceOf(
  { name, group, labels }: Pick<Target, 'name' | 'group' | 'labels'>,
  graph: ServiceGraph,
): string | undefined {
  const names = [labels[COMPOSE_SERVICE], group, name];
  return names.find((candidate) => candidate !== undefined && graph.has(candidate));
}
