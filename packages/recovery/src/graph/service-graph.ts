import { ChaosError } from '@bridge/chaos-core';
import { type Dependency, type ServiceMap, serviceMap } from './service-map.ts';

/** One way to depend: the dependent is lost when none of `anyOf` is left, or never when it is optional. */
export interface Need {
  readonly anyOf: readonly string[];
  readonly optional: boolean;
}

export interface ServiceNode {
  readonly name: string;
  readonly needs: readonly Need[];
  /** Copies that can stand in for one another. */
  readonly replicas: number;
  /** What its loss costs, relative to the other services. */
  readonly weight: number;
}

/** Who depends on whom. Edges run from a dependent to what it needs; a failure travels against them. Cycles are fine. */
export interface ServiceGraph {
  /** Every service, those that are only depended on too, in the order in which they are first named. */
  readonly services: readonly ServiceNode[];
  has(service: string): boolean;
  /** Services that `service` calls, required or not. */
  dependenciesOf(service: string): readonly string[];
  /** Services that call `service`. */
  dependentsOf(service: string): readonly string[];
  /** Everything upstream that a failure of `service` could reach along edges, nearest first, without itself. */
  reachableFrom(service: string): readonly string[];
  /** Services that no longer work once `lost` are gone, without these: alternatives and optional needs hold them up. */
  lostWith(lost: Iterable<string>): readonly string[];
}

/**
 * A service graph from a dependency map:
 *
 * ```ts
 * serviceGraph({ backend: ['postgres', 'redis'], frontend: ['backend'], reports: { needs: [{ optional: 'redis' }] } });
 * ```
 *
 * @throws {ChaosError} CHAOS_GRAPH_INVALID naming the path, for a map of another form or a service that needs itself.
 */
export function serviceGraph(map: ServiceMap): ServiceGraph {
  const checked = serviceMap.safeParse(map);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw invalid(issue?.path.join('.') ?? '', issue?.message ?? 'expected a map from services to what they need');
  }
  const nodes = new Map<string, ServiceNode>();
  for (const [name, { needs, replicas, weight }] of Object.entries(checked.data)) {
    nodes.set(name, { name, needs: needs.map(needOf), replicas, weight });
    if (dependencies(nodes.get(name)).includes(name)) throw invalid(name, 'expected a service not to need itself');
  }
  for (const needed of [...nodes.values()].flatMap(dependencies)) {
    if (!nodes.has(needed)) nodes.set(needed, { name: needed, needs: [], replicas: 1, weight: 1 });
  }
  return graphOf(nodes);
}

function graphOf(nodes: ReadonlyMap<string, ServiceNode>): ServiceGraph {
  const dependents = new Map<string, string[]>();
  for (const node of nodes.values()) {
    for (const needed of dependencies(node)) dependents.set(needed, [...(dependents.get(needed) ?? []), node.name]);
  }
  const known = (service: string): string => {
    if (nodes.has(service)) return service;
    throw invalid(service, `expected a service of the graph (${[...nodes.keys()].join(', ')})`);
  };
  const dependentsOf = (service: string): readonly string[] => dependents.get(known(service)) ?? [];
  return {
    services: [...nodes.values()],
    has: (service) => nodes.has(service),
    dependenciesOf: (service) => dependencies(nodes.get(known(service))),
    dependentsOf,
    reachableFrom(service) {
      // A set is walked in the order of insertion while it grows: breadth first.
      const reached = new Set([service]);
      for (const next of reached) for (const dependent of dependentsOf(next)) reached.add(dependent);
      return [...reached].slice(1);
    },
    lostWith(lost) {
      const first = new Set([...lost].map(known));
      const gone = new Set(first);
      // Whoever may have lost its last alternative is a dependent of something gone.
      for (const next of gone) {
        for (const dependent of dependentsOf(next)) if (isLost(nodes.get(dependent), gone)) gone.add(dependent);
      }
      return [...gone].filter((service) => !first.has(service));
    },
  };
}

function isLost(node: ServiceNode | undefined, gone: ReadonlySet<string>): boolean {
  return (node?.needs ?? []).some(({ anyOf, optional }) => !optional && anyOf.every((service) => gone.has(service)));
}

function dependencies(node: ServiceNode | undefined): string[] {
  return [...new Set((node?.needs ?? []).flatMap(({ anyOf }) => anyOf))];
}

function needOf(dependency: Dependency): Need {
  if (typeof dependency === 'string') return { anyOf: [dependency], optional: false };
  if ('anyOf' in dependency) return { anyOf: dependency.anyOf, optional: false };
  return { anyOf: [dependency.optional], optional: true };
}

function invalid(path: string, message: string): ChaosError {
  return new ChaosError('CHAOS_GRAPH_INVALID', `${path === '' ? 'services' : path}: ${message}`, { details: { path } });
}
