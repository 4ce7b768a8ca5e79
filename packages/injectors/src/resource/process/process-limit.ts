import { readlink } from 'node:fs/promises';
import {
  ChaosError,
  defineFault,
  type FaultAbilities,
  type FaultContext,
  type FaultInjector,
  type Json,
  type Observation,
  type Target,
} from '@bridge/chaos-core';
import * as z from 'zod';
import type { Obstacle } from '../../obstacle.ts';
import { recordedProcess, selectedProcess } from '../../process/live-process.ts';
import { processRecord } from '../../process/process-identity.ts';
import type { ProcessStat } from '../../process/process-stat.ts';
import { processTree } from '../../process/process-tree.ts';
import { feasibleWhenPrepared } from '../feasible-when-prepared.ts';
import type { Limit } from '../limit/limit-fault.ts';
import { type Setting, setting, valueIn, written } from '../limit/setting.ts';
import { mayWrite, occupants, readIfThere, writeIfThere } from './cgroup/group-file.ts';
import { readerOf } from './cgroup/group-files.ts';
import { groupOf } from './cgroup/hierarchy.ts';
import { makeGroup, moveIn, moveOut } from './cgroup/moving.ts';
import { place, placeFor } from './cgroup/place.ts';
import { impossibleFor } from './impossible-for.ts';
import type { LocalAgent } from './local-agent.ts';

const record = processRecord.extend({ place, settings: z.array(setting).min(1) });
type LimitRecord = z.output<typeof record>;

export interface ProcessLimit<Params extends z.ZodType> extends Omit<Limit<Params>, 'settings'> {
  /** The cgroup controller that limits it. */
  readonly controller: string;
  settings(
    params: z.output<Params>,
    read: Parameters<Limit<Params>['settings']>[1],
    disk: Parameters<Limit<Params>['settings']>[2],
    tree: LimitedTree,
  ): Promise<readonly Setting[] | Obstacle>;
}

/** What will be limited. */
export interface LimitedTree {
  readonly members: readonly ProcessStat[];
  /** Whether what it has used until now counts: not in a group made for it. */
  readonly countsAll: boolean;
}

/**
 * A limit on a process of this machine and all it starts, in a cgroup. Undo moves everything that is in the group by then
 * back and removes it; membership is the kernel's, so no pid can be mistaken for another.
 */
export function processLimit<const Type extends string, Params extends z.ZodType>(
  agent: LocalAgent,
  type: Type,
  { params: schema, risk, what, controller, describe, settings }: ProcessLimit<Params>,
): FaultInjector<Type, 'process', Params, typeof record> & FaultAbilities<z.output<Params>, LimitRecord> {
  type Given = z.output<Params>;
  const prepare = async (target: Target, params: Given): Promise<LimitRecord> => {
    const { record: found } = await selectedProcess(target);
    const group = await groupOf(found.pid, controller);
    if (group === undefined) throw impossibleFor(target, `has no ${controller} cgroup that can be seen`, NO_CGROUP);
    const where = await placeFor(group, found.pid);
    if ('reason' in where) throw impossibleFor(target, where.reason, where.remedy);
    const members = await processTree(found.pid);
    const tasks = members.reduce((sum, { threads }) => sum + threads, 0);
    const tree = { members, countsAll: where.kind === 'own' };
    const chosen = await settings(params, readerOf(group, where, { tasks }), () => diskUnder(agent, found.pid), tree);
    if ('reason' in chosen) throw impossibleFor(target, chosen.reason, chosen.remedy);
    return { ...found, place: where, settings: [...chosen] };
  };
  return defineFault({
    type,
    target: 'process',
    params: schema,
    undo: record,
    // Members of the tree that outlive the process stay limited.
    survives: 'host',
    settle: '1s',
    risk,
    touches: (target: Target) => [`process:${target.id}:limit:${what}`],
    describe: (target: Target, params: Given) =>
      `process ${target.id} (${target.name}) and all below: ${describe(params)}`,
    feasible: (target: Target, params: Given) => feasibleWhenPrepared(() => prepare(target, params)),
    prepare,
    async inject(_target: Target, _params: Given, undo: LimitRecord, context: FaultContext) {
      const { folder } = undo.place;
      if (undo.place.kind === 'made') await makeGroup(folder);
      for (const one of undo.settings) await set(folder, one, one.during);
      if (undo.place.kind === 'made') await moveIn(undo.place, undo.pid, context);
    },
    async revert(undo: LimitRecord, context: FaultContext) {
      if (undo.place.kind === 'made') await moveOut(undo.place, context);
      else await takeBack(undo);
    },
    observe: (undo: LimitRecord) => (undo.place.kind === 'made' ? observeMade(undo) : observeOwn(undo)),
    async fingerprint(undo: LimitRecord): Promise<Json> {
      if (undo.place.kind === 'own') return { limits: await valuesOf(undo) };
      return { made: await mayWrite(undo.place.folder) };
    },
  });
}

const NO_CGROUP =
  'mount the cgroups of the host and switch the controller on; in a container, give it --cgroupns host and /sys/fs/cgroup';

async function set(folder: string, one: Setting, value: string): Promise<void> {
  if (await writeIfThere(`${folder}/${one.file}`, written(one, value))) return;
  throw new ChaosError(
    'CHAOS_FAULT_FAILED',
    `expected to write ${value} into ${folder}/${one.file}, but it is not there (any more); plan the fault again`,
  );
}

/** What the settings say now; null for those whose file is gone. */
async function valuesOf({ place: { folder }, settings }: LimitRecord): Promise<readonly (string | null)[]> {
  return Promise.all(
    settings.map(async (one) => {
      const content = await readIfThere(`${folder}/${one.file}`);
      return content === undefined ? null : valueIn(one, content);
    }),
  );
}

/** Only what is still as this fault has set it: a group of the same name may have been made anew meanwhile. */
async function takeBack(undo: LimitRecord): Promise<void> {
  const now = await valuesOf(undo);
  const ours = undo.settings.filter(({ during }, at) => now[at] === during);
  for (const one of ours.reverse()) await writeIfThere(`${undo.place.folder}/${one.file}`, written(one, one.before));
}

async function observeMade(undo: LimitRecord): Promise<Observation> {
  if ((await occupants(undo.place.folder)).length === 0) {
    return (await recordedProcess(undo)) === undefined ? 'gone' : 'absent';
  }
  const now = await valuesOf(undo);
  return undo.settings.every(({ during }, at) => now[at] === during) ? 'present' : 'absent';
}

async function observeOwn(undo: LimitRecord): Promise<Observation> {
  const now = await valuesOf(undo);
  if (now.every((value) => value === null)) return 'gone';
  return undo.settings.some(({ during }, at) => now[at] === during) ? 'present' : 'absent';
}

/** The disk under the working folder of a process; undefined where none is, or it may not be seen. */
async function diskUnder(agent: LocalAgent, pid: number): Promise<string | undefined> {
  const folder = await readlink(`/proc/${pid}/cwd`);
  const { code, output } = await agent.ask(['disk', folder]);
  return code === 0 ? output.trim() : undefined;
}
