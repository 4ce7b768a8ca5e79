import { ChaosError } from '@bridge/chaos-core';
import type { ServiceGraph } from '../graph/service-graph.ts';

/** What a run says of one service. */
export interface ServiceImpact {
  /** When it left its steady state, in milliseconds on the run's clock; null: it never did. */
  readonly impactAt: number | null;
  /** The comparison with its own baseline calls it worse, too. Without that the impact may be chance. Default true. */
  readonly confirmed?: boolean;
}

export interface CascadeOptions {
  readonly graph: ServiceGraph;
  /** Where the fault was. */
  readonly origin: string;
  /** When the fault took effect, where the origin itself is not looked at. */
  readonly effectAt: number;
  /** By service. Those of the graph that are not named here were not looked at. */
  readonly impacts: Readonly<Record<string, ServiceImpact>>;
  /** How many hops are allowed. */
  readonly blastRadius: number;
  /** A service may seem hit so much before the one it hangs on: one bucket of the sampling. Default 1 s. */
  readonly tolerance?: number;
  /** Services that must stay clean. Default: all looked at that do not hang on the origin. */
  readonly controls?: readonly string[];
}

/** From a service to one that hangs on it. */
export interface CascadeHop {
  readonly from: string;
  readonly to: string;
  /** Milliseconds between their impacts; negative within the tolerance. */
  readonly lag: number;
}

export interface Cascade {
  /** Hops of the longest path. 0: nothing but the origin was hit. */
  readonly depth: number;
  /** From the origin on. */
  readonly path: readonly string[];
  readonly hops: readonly CascadeHop[];
  /** Every service that was hit through the graph, without the origin. */
  readonly affected: readonly string[];
  /** `inconclusive`: something that does not hang on the origin was hit as well, so there may be another cause. */
  readonly verdict: 'contained' | 'exceeded' | 'inconclusive';
  readonly reasons: readonly string[];
  /** Services of the graph that nobody looked at: a path through them is not seen. */
  readonly unobserved: readonly string[];
}

const BUCKET = 1_000;

/**
 * How far a fault spread: the longest path against the dependencies from the origin, on which every service was hit
 * later than the one before it. Throws `CHAOS_GRAPH_INVALID` for services that the graph does not have.
 */
export function detectCascade(options: CascadeOptions): Cascade {
  const { graph, origin, impacts, blastRadius } = options;
  for (const name of [origin, ...Object.keys(impacts)]) {
    if (!graph.has(name)) throw new ChaosError('CHAOS_GRAPH_INVALID', `expected a service of the graph, got ${name}`);
  }
  const paths = longestPaths(options);
  const longest = [...paths.values()].reduce((best, path) => (path.length > best.length ? path : best), [origin]);
  const reachable = new Set([origin, ...graph.reachableFrom(origin)]);
  const controls = options.controls ?? Object.keys(impacts).filter((name) => !reachable.has(name));
  const hit = controls.filter((name) => isHit(impacts[name]));
  const depth = longest.length - 1;
  return {
    depth,
    path: longest,
    hops: hopsOf(longest, options),
    affected: [...paths.keys()].filter((name) => name !== origin),
    ...judge(depth, blastRadius, hit),
    unobserved: graph.services.map(({ name }) => name).filter((name) => name !== origin && !(name in impacts)),
  };
}

function judge(depth: number, blastRadius: number, hit: readonly string[]): Pick<Cascade, 'verdict' | 'reasons'> {
  if (hit.length > 0) {
    const reason = `${hit.join(', ')} were hit and do not hang on the origin: there may be a common cause`;
    return { verdict: 'inconclusive', reasons: [reason] };
  }
  if (depth <= blastRadius) return { verdict: 'contained', reasons: [`${depth} hops, at most ${blastRadius} allowed`] };
  return { verdict: 'exceeded', reasons: [`${depth} hops, only ${blastRadius} allowed`] };
}

/** The longest path to every service that was hit. Grows paths until none grows any more; none visits one twice. */
function longestPaths({ graph, origin, effectAt, impacts, tolerance = BUCKET }: CascadeOptions) {
  const paths = new Map<string, readonly string[]>([[origin, [origin]]]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [from, path] of [...paths]) {
      const upstream = impacts[from]?.impactAt ?? effectAt;
      for (const to of graph.dependentsOf(from)) {
        const impact = impacts[to];
        if (!isHit(impact) || path.includes(to) || impact.impactAt < upstream - tolerance) continue;
        if (path.length + 1 <= (paths.get(to)?.length ?? 0)) continue;
        paths.set(to, [...path, to]);
        grown = true;
      }
    }
  }
  return paths;
}

function isHit(impact: ServiceImpact | undefined): impact is ServiceImpact & { readonly impactAt: number } {
  return impact !== undefined && impact.impactAt !== null && impact.confirmed !== false;
}

function hopsOf(path: readonly string[], { impacts, effectAt }: CascadeOptions): readonly CascadeHop[] {
  const at = (name: string): number => impacts[name]?.impactAt ?? effectAt;
  return path.slice(1).map((to, index) => {
    const from = path[index] ?? to;
    return { from, to, lag: at(to) - at(from) };
  });
}
