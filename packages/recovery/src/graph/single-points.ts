import type { Report } from '@bridge/chaos-core';
import type { ServiceGraph, ServiceNode } from './service-graph.ts';
import { serviceOf } from './service-of.ts';

/**
 * What runs say of the loss of a service. `confirmed`: users were hit. `refuted`: it was lost and nobody was hit.
 * `untested`: only the graph says so.
 */
export type SinglePointEvidence = 'confirmed' | 'refuted' | 'untested';

export interface SinglePoint {
  readonly service: string;
  /** Services that no longer work without it, by the graph. */
  readonly lost: readonly string[];
  /** Weight of what is lost, itself too, as a share of all. */
  readonly weight: number;
  readonly replicas: number;
  readonly evidence: SinglePointEvidence;
  /** Ids of the runs that say so. */
  readonly runs: readonly string[];
  /** Most that one of these runs cost, where its probes carry a business value. */
  readonly cost: number | null;
  /** `weight`, halved while untested, a tenth of it once refuted. What it is ranked by. */
  readonly score: number;
}

export interface SinglePointsOptions {
  /** Service a target belongs to. Default: its Compose service, its group or its name, whichever the graph knows. */
  readonly serviceOf?: (target: Report['targets'][number]['target']) => string | undefined;
  /** Faults that take a service away. Default: what kills, stops, pauses, refuses, cuts off. */
  readonly isLoss?: (faultType: string) => boolean;
}

const LOSS = /\.(kill|crash|stop|pause|exit|down|refuse|blackhole|disconnect|partition)$/;
const FACTORS: Readonly<Record<SinglePointEvidence, number>> = { confirmed: 1, untested: 0.5, refuted: 0.1 };

/**
 * Services whose loss takes others with them: those that have no second copy by the graph, and those whose loss hit users
 * in a run, whatever the graph says. The worst first. A run counts when it took away exactly one service.
 */
export function singlePoints(
  graph: ServiceGraph,
  reports: readonly Report[] = [],
  options: SinglePointsOptions = {},
): SinglePoint[] {
  const byService = Map.groupBy(reports, (report) => lostService(report, graph, options));
  const total = graph.services.reduce((sum, { weight }) => sum + weight, 0);
  const points = graph.services.flatMap((node) => {
    const point = pointOf(node, graph, total, byService.get(node.name) ?? []);
    const byGraph = node.replicas === 1 && point.lost.length > 0;
    return byGraph || point.evidence === 'confirmed' ? [point] : [];
  });
  return points.sort((a, b) => b.score - a.score || (b.cost ?? 0) - (a.cost ?? 0));
}

function pointOf(node: ServiceNode, graph: ServiceGraph, total: number, reports: readonly Report[]): SinglePoint {
  const lost = graph.lostWith([node.name]);
  const weightOf = new Map(graph.services.map(({ name, weight }) => [name, weight]));
  const weight = [node.name, ...lost].reduce((sum, service) => sum + (weightOf.get(service) ?? 0), 0) / (total || 1);
  const hit = reports.filter(({ marks, verdict }) => marks.impact !== null && verdict !== 'invalid');
  const held = reports.filter(({ verdict }) => verdict === 'held');
  const evidence = hit.length > 0 ? 'confirmed' : held.length > 0 ? 'refuted' : 'untested';
  const telling = hit.length > 0 ? hit : held;
  const costs = telling.flatMap((report) => costOf(report) ?? []);
  return {
    service: node.name,
    lost,
    weight,
    replicas: node.replicas,
    evidence,
    runs: telling.map(({ id }) => id),
    cost: costs.length === 0 ? null : Math.max(...costs),
    score: weight * FACTORS[evidence],
  };
}

/** The one service that the run took away. */
function lostService(report: Report, graph: ServiceGraph, options: SinglePointsOptions): string | undefined {
  const { isLoss = (type: string) => LOSS.test(type), serviceOf: find = (target) => serviceOf(target, graph) } =
    options;
  const losses = report.faults.filter(({ outcome, type }) => outcome === 'injected' && isLoss(type));
  const services = new Set(losses.map(({ target }) => find(target)));
  const [only] = services;
  return services.size === 1 ? only : undefined;
}

function costOf({ probes }: Report): number | undefined {
  const costs = probes.flatMap(({ lost }) => (lost === undefined ? [] : [lost.cost]));
  return costs.length === 0 ? undefined : costs.reduce((sum, cost) => sum + cost, 0);
}
