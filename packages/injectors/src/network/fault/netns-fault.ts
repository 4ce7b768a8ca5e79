import { randomBytes } from 'node:crypto';
import {
  defineFault,
  type FaultAbilities,
  type FaultContext,
  type FaultInjector,
  type Feasibility,
  type Risk,
  type Target,
} from '@bridge/chaos-core';
import type * as z from 'zod';
import { impossible, selectedContainer } from '../../container/container-fault.ts';
import type { Obstacle } from '../../obstacle.ts';
import type { Abilities } from '../kernel/abilities.ts';
import { type Path, type Ways, waysOf } from '../kernel/ways.ts';
import type { Narrowing } from '../peer/narrowing.ts';
import { networkFacts } from '../peer/network-facts.ts';
import { type PeerScene, peerAddresses } from '../peer/peer-addresses.ts';
import type { Arrangement } from '../rules/arrangement.ts';
import { acts } from '../rules/effect.ts';
import type { Match } from '../rules/matches.ts';
import { mergedChains } from '../rules/merged-chains.ts';
import { foreignState } from '../rules/netns-look.ts';
import {
  apply,
  countersOf,
  justSeen,
  lookAt,
  type NetnsRecord,
  netnsRecord,
  renew,
  stillThere,
  undo,
} from './netns-record.ts';
import { whyNoOwnNetwork } from './own-network.ts';
import type { Toolbox } from './toolbox.ts';

/** The working parts of one injection and the way it goes. */
export interface Arranged extends Pick<Arrangement, 'chains' | 'shape' | 'queue' | 'relay' | 'inbound' | 'sever'> {
  /** Named in plans and reports: which of the ways the kernel offers. */
  readonly path: string;
}

export interface ArrangeScene {
  readonly kernel: Abilities;
  readonly ways: Ways;
  readonly tag: string;
  /** The packets, with every peer resolved. */
  readonly match: Match;
}

interface NetnsFaultDefinition<Type extends string, Params extends z.ZodType> {
  readonly type: Type;
  readonly params: Params;
  readonly risk: Risk;
  /** Parts of the target's network that only one live fault may hold; without any, faults compose. */
  touches?(params: z.output<Params>): readonly string[];
  describe(params: z.output<Params>): string;
  /** Which packets; a fault with a question of its own answers it here. */
  addresses?(params: z.output<Params>, scene: PeerScene, context: FaultContext): Promise<readonly string[] | undefined>;
  arrange(params: z.output<Params>, scene: ArrangeScene): Arranged | Obstacle;
}

/** A fault made of rules and queues in the target's network namespace, put there by a helper container. */
export function netnsFault<
  const Type extends string,
  Params extends z.ZodType<Narrowing & { readonly [key: string]: unknown }>,
>(
  toolbox: Toolbox,
  definition: NetnsFaultDefinition<Type, Params>,
): FaultInjector<Type, 'container', Params, typeof netnsRecord> & FaultAbilities<z.output<Params>, NetnsRecord> {
  const { type, params: schema, risk, describe, touches } = definition;
  type Given = z.output<Params>;
  const arranged = (target: Target, params: Given, context: FaultContext) =>
    arrangeFor(toolbox, definition, target, params, context);
  return defineFault({
    type,
    target: 'container',
    params: schema,
    undo: netnsRecord,
    survives: 'container',
    settle: '3s',
    risk,
    describe: (target: Target, params: Given) => `${target.name}: ${describe(params)}`,
    touches: (target: Target, params: Given) =>
      (touches?.(params) ?? []).map((part) => `container:${target.connection}:${target.id}:network:${part}`),
    async feasible(target: Target, params: Given, context: FaultContext): Promise<Feasibility> {
      const result = await arranged(target, params, context);
      return 'reason' in result ? { possible: false, ...result } : { possible: true, path: result.path };
    },
    async prepare(target: Target, params: Given, context: FaultContext): Promise<NetnsRecord> {
      const result = await arranged(target, params, context);
      if ('reason' in result) throw impossible(target.name, `cannot carry ${type}: ${result.reason}`, result.remedy);
      context.log.info({ type, target: target.name, path: result.path }, 'network fault prepared');
      return result.record;
    },
    inject: (_target: Target, _params: Given, record: NetnsRecord, context: FaultContext) =>
      apply(toolbox, record, context),
    revert: (record: NetnsRecord, context: FaultContext) => undo(toolbox, record, context),
    async observe(record: NetnsRecord, context: FaultContext) {
      if (!(await stillThere(toolbox, record, context))) return 'gone';
      return acts(await lookAt(toolbox, record, context), record.arrangement, record.tag) ? 'present' : 'absent';
    },
    async fingerprint(record: NetnsRecord, context: FaultContext) {
      const seen = await justSeen(toolbox, record, context);
      if (seen === undefined && !(await stillThere(toolbox, record, context))) return { ended: true };
      return foreignState(seen ?? (await lookAt(toolbox, record, context)), record.arrangement, record.tag);
    },
    renew: (record: NetnsRecord, lease: number, context: FaultContext) => renew(toolbox, record, lease, context),
    counters: (record: NetnsRecord, context: FaultContext) => countersOf(toolbox, record, context),
  });
}

type Prepared = { readonly record: NetnsRecord; readonly path: string };

async function arrangeFor<
  Type extends string,
  Params extends z.ZodType<Narrowing & { readonly [key: string]: unknown }>,
>(
  toolbox: Toolbox,
  definition: NetnsFaultDefinition<Type, Params>,
  target: Target,
  params: z.output<Params>,
  context: FaultContext,
): Promise<Prepared | Obstacle> {
  const { connections, kernels, helpers, groupLabel, paths } = toolbox;
  const { facts, record } = await selectedContainer(connections, target, context);
  if (facts.status !== 'running') return { reason: `it is ${facts.status}`, remedy: 'let it run first' };
  const network = await networkFacts(connections.get(record.connection), target.id, context);
  const shared = network === undefined ? undefined : whyNoOwnNetwork(target.name, network);
  if (shared !== undefined) return shared;
  const kernel = await kernels.of(record.connection);
  if (kernel.backend === undefined) return NO_IPTABLES;
  const scene: PeerScene = {
    connections,
    groupLabel,
    target,
    helper: () => helpers.at({ ...record, connection: record.connection }, kernel.backend === 'legacy', context),
  };
  const addresses = await (definition.addresses ?? defaultAddresses)(params, scene, context);
  const tag = randomBytes(6).toString('hex');
  const { ports, localPorts, protocol } = params;
  const result = definition.arrange(params, {
    kernel,
    ways: waysOf(kernel, paths),
    tag,
    match: { addresses, ports, localPorts, protocol },
  });
  if ('reason' in result) return result;
  const { found, ...identity } = record;
  const { path, ...parts } = result;
  if (parts.chains.length === 0 && parts.inbound === undefined) return NOTHING_TO_HIT;
  const chains = mergedChains(parts.chains);
  const arrangement: Arrangement = { backend: kernel.backend, lapses: kernel.lapse, ...parts, chains };
  return { path, record: netnsRecord.parse({ ...identity, tag, arrangement }) };
}

async function defaultAddresses({ peers }: Narrowing, scene: PeerScene, context: FaultContext) {
  return peers === undefined ? undefined : peerAddresses(peers, scene, context);
}

const NO_IPTABLES: Obstacle = {
  reason: 'neither back end of iptables works in a container of this engine',
  remedy: 'load the kernel modules nf_tables and nft_compat, or ip_tables, on its host',
};
const NOTHING_TO_HIT: Obstacle = {
  reason: 'the peers have only IPv6 addresses, and ip6tables does not work there',
  remedy: 'load the kernel module ip6_tables or nf_tables on its host',
};

/** For faults that need what this kernel lacks. */
export function lacks(what: string, modules: string): Obstacle {
  return {
    reason: `the kernel under its engine has no ${what}`,
    remedy: `load the kernel modules ${modules} on its host`,
  };
}

/** For faults whose ways, of which one would do, are not there or not allowed. */
export function noWay({ ways: { barred } }: Pick<ArrangeScene, 'ways'>, enough: readonly Path[], otherwise: Obstacle) {
  const allowable = enough.filter((path) => barred.includes(path));
  if (allowable.length === 0) return otherwise;
  return {
    reason: `the option paths of network() allows no path that can`,
    remedy: `allow one of ${allowable.join(', ')} there; the kernel under its engine offers it`,
  };
}
