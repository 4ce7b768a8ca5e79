import {
  ChaosError,
  defineFault,
  type FaultAbilities,
  type FaultContext,
  type FaultInjector,
  type Observation,
  type Risk,
  type Target,
} from '@bridge/chaos-core';
import * as z from 'zod';
import { impossible } from '../../container/container-fault.ts';
import { containerRecord } from '../../container/container-record.ts';
import type { Obstacle } from '../../obstacle.ts';
import { feasibleWhenPrepared } from '../feasible-when-prepared.ts';
import { runningTarget, sameIncarnation, unchangedTarget } from '../running-target.ts';
import type { ResourceToolbox } from '../toolbox.ts';
import { type CgroupOwner, readCgroup, writeCgroup } from './cgroup-files.ts';
import { engineDisk } from './engine-disk.ts';
import { type Setting, setting, valueIn, written } from './setting.ts';

const limitRecord = containerRecord.extend({ settings: z.array(setting).min(1) });
type LimitRecord = z.output<typeof limitRecord>;

/** Reads files of the target's cgroup; undefined for those the kernel does not have. */
export type ReadFiles = <const Name extends string>(
  ...names: readonly Name[]
) => Promise<ReadonlyMap<Name, string | undefined>>;

/** The disk that a limit is about where none is named, as `major:minor`; undefined where none can be seen. */
export type DefaultDisk = () => Promise<string | undefined>;

/** A limit as cgroups know it, whoever's cgroup it is set in. */
export interface Limit<Params extends z.ZodType> {
  readonly params: Params;
  readonly risk: Risk;
  /** Which limit: faults on the same one exclude each other. */
  readonly what: string;
  describe(params: z.output<Params>): string;
  /** The settings in the order in which they are made; they are undone in the other. */
  settings(params: z.output<Params>, read: ReadFiles, disk: DefaultDisk): Promise<readonly Setting[] | Obstacle>;
}

/**
 * A limit in the container's own cgroup, written there directly: the engine's own record of its limits stays as it is, a
 * restart ends the fault, and undo writes what was found, which the engine's update command cannot (moby#22516).
 */
export function limitFault<const Type extends string, Params extends z.ZodType>(
  toolbox: ResourceToolbox,
  type: Type,
  { params: schema, risk, what, describe, settings }: Limit<Params>,
): FaultInjector<Type, 'container', Params, typeof limitRecord> & FaultAbilities<z.output<Params>, LimitRecord> {
  const { connections, agents } = toolbox;
  type Given = z.output<Params>;
  const prepare = async (target: Target, params: Given, context: FaultContext): Promise<LimitRecord> => {
    const { facts, record } = await runningTarget(connections, target, context);
    const owner = { ...record, pid: facts.pid };
    const read: ReadFiles = (...names) => readCgroup(agents, owner, names, context);
    const found = await settings(params, read, () => engineDisk(toolbox, record.connection, context));
    if ('reason' in found) throw impossible(facts.name, found.reason, found.remedy);
    return { ...record, settings: [...found] };
  };
  const standing = (record: LimitRecord, context: FaultContext) => standingLimits(toolbox, record, context);
  return defineFault({
    type,
    target: 'container',
    params: schema,
    undo: limitRecord,
    survives: 'container',
    settle: '3s',
    risk,
    touches: (target: Target) => [`container:${target.connection}:${target.id}:limit:${what}`],
    describe: (target: Target, params: Given) => `${target.name}: ${describe(params)}`,
    feasible: (target: Target, params: Given, context: FaultContext) =>
      feasibleWhenPrepared(() => prepare(target, params, context)),
    prepare,
    async inject(target: Target, _params: Given, record: LimitRecord, context: FaultContext) {
      const { pid } = await unchangedTarget(connections, record, context);
      const values = record.settings.map((one) => [one.file, written(one, one.during)] as const);
      await writeCgroup(agents, { ...record, name: target.name, pid }, values, context);
    },
    async revert(record: LimitRecord, context: FaultContext) {
      const seen = await standing(record, context);
      if (seen === undefined) return;
      const wrong = record.settings.filter(({ before }, at) => seen.now[at] !== before);
      const values = wrong.map((one) => [one.file, written(one, one.before)] as const);
      if (values.length > 0) await writeCgroup(agents, seen.owner, values.reverse(), context);
    },
    async observe(record: LimitRecord, context: FaultContext): Promise<Observation> {
      const seen = await standing(record, context);
      if (seen === undefined) return 'gone';
      return record.settings.every(({ before }, at) => seen.now[at] === before) ? 'absent' : 'present';
    },
    async fingerprint(record: LimitRecord, context: FaultContext) {
      const seen = await standing(record, context);
      return seen === undefined ? { ended: true } : { limits: [...seen.now] };
    },
  });
}

/** The cgroup of a record, and what its settings say now; undefined when the incarnation has ended. */
async function standingLimits(
  { connections, agents }: ResourceToolbox,
  record: LimitRecord,
  context: FaultContext,
): Promise<{ readonly owner: CgroupOwner; readonly now: readonly string[] } | undefined> {
  const facts = await sameIncarnation(connections, record, context);
  if (facts === undefined) return undefined;
  const owner = { ...record, pid: facts.pid };
  const names = [...new Set(record.settings.map(({ file }) => file))];
  const content = await readCgroup(agents, owner, names, context);
  return { owner, now: record.settings.map((one) => valueIn(one, content.get(one.file) ?? '')) };
}

/** The whole number in a file of a cgroup; Infinity for `max`, and for what the kernel shows for no limit. */
export function numberIn(content: string): number {
  const value = content === 'max' ? Number.POSITIVE_INFINITY : Number(content);
  if (Number.isNaN(value)) {
    throw new ChaosError(
      'CHAOS_FAULT_FAILED',
      `expected a number in a file of a cgroup, got ${JSON.stringify(content)}`,
    );
  }
  // Version 1 shows the largest multiple of a page that fits.
  return value > 2 ** 60 || value < 0 ? Number.POSITIVE_INFINITY : value;
}

export function noCgroup(controller: string): Obstacle {
  return {
    reason: `has no ${controller} cgroup of its own that can be seen`,
    remedy: `switch the ${controller} controller on in the kernel and in the engine; rootless engines need cgroup v2 with delegation`,
  };
}

export function notTighter(what: string): Obstacle {
  return { reason: `is limited to ${what} already`, remedy: 'ask for a tighter limit' };
}
