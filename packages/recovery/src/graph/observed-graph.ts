import { type ServiceGraph, serviceGraph } from './service-graph.ts';

/** One request that was seen to go from one service to another. */
export interface ObservedCall {
  readonly from: string;
  readonly to: string;
}

export interface ObservedGraphOptions {
  /** Fewer calls than this make no edge: a port scan is no dependency. Default 1. */
  readonly atLeast?: number;
}

/**
 * A graph of observed calls, for example of the spans of a tracer. What was seen proves a call, not that it is needed:
 * every edge counts as required, so what the graph says of losses is an upper bound. Calls to oneself are left out.
 */
export function observedGraph(calls: Iterable<ObservedCall>, { atLeast = 1 }: ObservedGraphOptions = {}): ServiceGraph {
  const counts = new Map<string, Map<string, number>>();
  for (const { from, to } of calls) {
    const targets = counts.get(from) ?? new Map<string, number>();
    counts.set(from, targets);
    if (from !== to) targets.set(to, (targets.get(to) ?? 0) + 1);
  }
  const needs = ([from, targets]: [string, Map<string, number>]): [string, string[]] => [
    from,
    [...targets].filter(([, count]) => count >= atLeast).map(([to]) => to),
  ];
  return serviceGraph(Object.fromEntries([...counts].map(needs)));
}
