import {
  defineFault,
  type FaultAbilities,
  type FaultContext,
  type FaultInjector,
  freshId,
  type Observation,
  type Risk,
  type Target,
} from '@bridge/chaos-core';
import * as z from 'zod';
import type { ContainerFacts } from '../../container/container-facts.ts';
import { impossible, requireNone } from '../../container/container-fault.ts';
import { containerRecord } from '../../container/container-record.ts';
import { whyNotJoinable } from '../../container/engine-reach.ts';
import type { Obstacle } from '../../obstacle.ts';
import { feasibleWhenPrepared } from '../feasible-when-prepared.ts';
import { runningTarget, sameIncarnation, unchangedTarget } from '../running-target.ts';
import type { ResourceToolbox } from '../toolbox.ts';
import { type Worker, workersOf } from './workers.ts';

const pressureRecord = containerRecord.extend({
  /** Name of the agent's container, and mark of its processes. */
  agent: z.string(),
  /** What the agent is to do, as its arguments. */
  work: z.array(z.string()),
  /** What its workers must show together before the effect counts as there, in the unit of the fault. */
  atLeast: z.number(),
  workers: z.int(),
  port: z.int().optional(),
});
export type PressureRecord = z.output<typeof pressureRecord>;

export type Work = Pick<PressureRecord, 'work' | 'atLeast' | 'workers' | 'port'>;

interface Pressure<Type extends string, Params extends z.ZodType> {
  readonly type: Type;
  readonly params: Params;
  readonly risk: Risk;
  /** Which resource: pressures on the same one exclude each other. */
  readonly what: string;
  readonly capabilities: readonly string[];
  /** Whether the workers stand in the target's network. */
  readonly inNetwork?: boolean;
  describe(params: z.output<Params>): string;
  work(
    params: z.output<Params>,
    facts: ContainerFacts,
    connection: string,
    context: FaultContext,
  ): Promise<Work | Obstacle>;
  /** How much a worker shows of the effect. */
  measure(worker: Worker): number;
  /** For a fault that counts what it holds. */
  counted?(
    workers: readonly Worker[],
    record: PressureRecord,
  ): { readonly eligible: number; readonly injected: number };
}

/**
 * Something that presses on a resource within the target's own cgroups, so that it competes under the target's limits. It
 * ends with its engine, with the target, and, since it offers itself first, by the OOM killer; that is seen as an effect lost.
 */
export function pressureFault<const Type extends string, Params extends z.ZodType>(
  toolbox: ResourceToolbox,
  pressure: Pressure<Type, Params>,
): FaultInjector<Type, 'container', Params, typeof pressureRecord> & FaultAbilities<z.output<Params>, PressureRecord> {
  const { connections, held } = toolbox;
  const { type, params: schema, risk, what, capabilities, inNetwork = false, counted } = pressure;
  type Given = z.output<Params>;
  const prepare = async (target: Target, params: Given, context: FaultContext): Promise<PressureRecord> => {
    const { facts, record } = await runningTarget(connections, target, context);
    requireNone(whyNotJoinable(await connections.get(record.connection).facts(context)), facts.name, 'joined');
    const work = await pressure.work(params, facts, record.connection, context);
    if ('reason' in work) throw impossible(facts.name, work.reason, work.remedy);
    return { ...record, agent: freshId('bridge-chaos-pressure'), ...work };
  };
  return defineFault({
    type,
    target: 'container',
    params: schema,
    undo: pressureRecord,
    survives: 'container',
    settle: '3s',
    risk,
    touches: (target: Target) => [`container:${target.connection}:${target.id}:pressure:${what}`],
    describe: (target: Target, params: Given) => `${target.name}: ${pressure.describe(params)}`,
    feasible: (target: Target, params: Given, context: FaultContext) =>
      feasibleWhenPrepared(() => prepare(target, params, context), "a helper in the target's cgroups"),
    prepare,
    async inject(_target: Target, _params: Given, record: PressureRecord, context: FaultContext) {
      const { pid } = await unchangedTarget(connections, record, context);
      const task = {
        name: record.agent,
        purpose: 'pressure',
        args: ['hold', record.agent, record.id, String(pid), ...record.work],
        capabilities,
        cgroups: true,
        ...(inNetwork ? { network: `container:${record.id}` } : {}),
      };
      await held.start(record.connection, task, context);
    },
    revert: (record: PressureRecord, context: FaultContext) => held.end(record.connection, record.agent, context),
    async observe(record: PressureRecord, context: FaultContext): Promise<Observation> {
      const workers = await workersOf(toolbox, record, context);
      if (workers === undefined) {
        return (await sameIncarnation(connections, record, context)) === undefined ? 'gone' : 'absent';
      }
      const shown = workers.reduce((sum, worker) => sum + pressure.measure(worker), 0);
      return workers.length >= record.workers && shown >= record.atLeast ? 'present' : 'absent';
    },
    async renew(record: PressureRecord, lease: number) {
      // Twice the lease: the guardian is the first to act, this is for a host that is cut off from its engine.
      held.renew(record.agent, Math.ceil((2 * lease) / 1000));
    },
    ...(counted === undefined
      ? {}
      : {
          counters: async (record: PressureRecord, context: FaultContext) =>
            counted((await workersOf(toolbox, record, context)) ?? [], record),
        }),
  });
}
