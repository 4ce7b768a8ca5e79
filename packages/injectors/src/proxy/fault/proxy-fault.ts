import {
  ChaosError,
  defineFault,
  type FaultAbilities,
  type FaultContext,
  type FaultInjector,
  freshId,
  isChaosError,
  type Risk,
  type Target,
} from '@bridge/chaos-core';
import * as z from 'zod';
import type { Obstacle } from '../../obstacle.ts';
import { callOnce } from '../control/client.ts';
import { direction, type FaultOrder, faultOrder, scope } from '../control/fault-order.ts';
import { type Counters, incarnation, type PlaneIdentity } from '../control/protocol.ts';
import { lookAt } from '../incarnation.ts';
import { isClosed } from './closed-plane.ts';
import { observeEffect } from './observe.ts';

const proxyUndo = z.object({
  /** Control socket: enough to reach the data plane from any process of the same user. */
  control: z.string(),
  listen: z.object({ host: z.string(), port: z.number() }),
  process: incarnation,
  order: faultOrder,
});
/** Everything needed to end one fault of one proxy. */
export type ProxyUndo = z.output<typeof proxyUndo>;

type Addressed = 'id' | 'seed';
type OrderBody = {
  [Kind in FaultOrder['kind']]: Omit<Extract<FaultOrder, { kind: Kind }>, Addressed>;
}[FaultOrder['kind']];

/** Params of every fault that acts on connections. */
export const onConnections = {
  /** Which bytes: `upstream` = client to server, `downstream` = server to client. Default `both`. */
  direction: direction.default('both'),
  /** Which connections: open ones, later ones, or all. Default `all`. */
  scope: scope.default('all'),
  /** Probability that a connection is hit, drawn once per connection. Default 1. */
  perConnection: z.number().gt(0).max(1).default(1),
};

interface ProxyFaultDefinition<Type extends string, Params extends z.ZodType> {
  readonly type: Type;
  readonly params: Params;
  readonly risk: Risk;
  /** The part of the proxy that only one live fault may hold; without it faults compose. */
  readonly exclusive?: string;
  /** False when what it hits never reaches the data plane. Default true. */
  readonly counted?: boolean;
  /** Why this proxy cannot carry it; undefined when it can. */
  obstacle?(identity: PlaneIdentity): Obstacle | undefined;
  order(params: z.output<Params>): OrderBody;
  describe(params: z.output<Params>): string;
}

/** How long a data plane keeps a fault that nobody has renewed yet. */
const FIRST_LEASE = 30_000;

/** A fault that the data plane of a proxy carries out. */
export function proxyFault<const Type extends string, Params extends z.ZodType>(
  definition: ProxyFaultDefinition<Type, Params>,
): FaultInjector<Type, 'proxy', Params, typeof proxyUndo> & FaultAbilities<z.output<Params>, ProxyUndo> {
  const { type, params, risk, exclusive, counted = true, obstacle = () => undefined, order, describe } = definition;
  return defineFault({
    type,
    target: 'proxy',
    params,
    undo: proxyUndo,
    survives: 'process',
    // A data plane acts within its own turn, and refuses a request that comes after its undo.
    settle: '250ms',
    risk,
    async prepare(target, given, context) {
      const { identity } = await callOnce<'hello'>(target.id, { op: 'hello' }, context);
      refuseOther(target, `${identity.startedAt}/${identity.instance}`);
      refuseObstacle(type, obstacle(identity));
      const { control, listen, process } = identity;
      const addressed = { id: freshId('proxy-fault'), seed: context.random.int(2 ** 32) };
      return { control, listen, process, order: faultOrder.parse({ ...order(given), ...addressed }) };
    },
    async inject(_target, _given, undo, context) {
      await callOnce<'add'>(undo.control, { op: 'add', order: undo.order, lease: FIRST_LEASE }, context);
    },
    async revert(undo, context) {
      const remove = () => callOnce<'remove'>(undo.control, { op: 'remove', fault: undo.order.id }, context);
      await unlessEnded(undo, remove);
    },
    async observe(undo, context) {
      return (await unlessEnded(undo, () => observeEffect(undo, context))) ?? 'gone';
    },
    async renew(undo, lease, context) {
      const { live } = await callOnce<'renew'>(undo.control, { op: 'renew', fault: undo.order.id, lease }, context);
      if (live) return;
      throw new ChaosError(
        'CHAOS_FAULT_FAILED',
        `expected ${type} to be live in its proxy, but it was dropped there: the proxy's owner died or the lease ran out`,
      );
    },
    touches: (target) => (exclusive === undefined ? [] : [`${target.id}#${exclusive}`]),
    ...(counted ? { counters } : {}),
    feasible: (target, _given, context) => feasible(target, obstacle, context),
    describe: (target, given) => `${target.name}: ${describe(given)}`,
  });
}

async function counters({ control, order }: ProxyUndo, context: FaultContext): Promise<Counters> {
  return (await callOnce<'counters'>(control, { op: 'counters', fault: order.id }, context)).counters;
}

function refuseOther(target: Target, startedAt: string): void {
  if (target.startedAt === startedAt) return;
  throw new ChaosError(
    'CHAOS_TARGET_CHANGED',
    `expected the proxy ${target.name} started at ${target.startedAt}, found one started at ${startedAt}; select it again`,
  );
}

/** Undefined when the data plane has provably ended: the fault ended with it. */
async function unlessEnded<T>(undo: ProxyUndo, act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (thrown) {
    if (!isChaosError(thrown, 'CHAOS_TARGET_UNREACHABLE')) throw thrown;
    const seen = await lookAt(undo.process);
    if (seen === 'ended') return undefined;
    // With a cause nobody listened there; one that is stopped still does.
    if (seen === 'alive' && thrown.cause !== undefined && (await isClosed(undo))) return undefined;
    throw thrown;
  }
}

function refuseObstacle(type: string, obstacle: Obstacle | undefined): void {
  if (obstacle === undefined) return;
  throw new ChaosError('CHAOS_FAULT_IMPOSSIBLE', `${type}: ${obstacle.reason}; ${obstacle.remedy}`);
}

async function feasible(
  target: Target,
  obstacle: (identity: PlaneIdentity) => Obstacle | undefined,
  context: FaultContext,
): ReturnType<NonNullable<FaultAbilities<unknown, unknown>['feasible']>> {
  const { owned, identity } = await callOnce<'hello'>(target.id, { op: 'hello' }, context);
  const found = obstacle(identity);
  if (found !== undefined) return { possible: false, ...found };
  if (owned) return { possible: true };
  return {
    possible: false,
    reason: `the process that started the proxy ${target.name} is gone; it only forwards`,
    remedy: 'call proxy() with the same registry, name and listen to take it over',
  };
}
