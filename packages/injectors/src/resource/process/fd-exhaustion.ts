import { defineFault, type Target } from '@bridge/chaos-core';
import * as z from 'zod';
import { recordedProcess, selectedProcess } from '../../process/live-process.ts';
import { processRecord } from '../../process/process-identity.ts';
import { readStat } from '../../process/process-stat.ts';
import { readStatus } from '../../process/process-status.ts';
import { processTree } from '../../process/process-tree.ts';
import { type FdParams, fdParams, type ProcessLimit, processLimit } from '../fd-exhaustion.ts';
import { feasibleWhenPrepared } from '../feasible-when-prepared.ts';
import { heirsOf, lineage, lineageOf } from './heirs.ts';
import { impossibleFor } from './impossible-for.ts';
import type { LocalAgent } from './local-agent.ts';
import { nextFile, softLimit, ticksNow } from './open-files.ts';

const undo = processRecord.extend({
  limits: z.array(processLimit).min(1),
  lineage,
});
type FdRecord = z.output<typeof undo>;

/**
 * `process.fd-exhaustion`: as `resource.fd-exhaustion`, for a process of this machine and all below. Undo finds what was
 * started meanwhile by its limit, its age and where it comes from, also where its parent has ended.
 */
export function processFdExhaustion(agent: LocalAgent) {
  const prepare = async (target: Target, { spare }: FdParams): Promise<FdRecord> => {
    const { record } = await selectedProcess(target);
    await requireOwner(target);
    const since = await ticksNow();
    const tree = await processTree(record.pid);
    const found = await Promise.all(tree.map(({ pid, ticks }) => lowered(pid, ticks, spare)));
    const limits = found.filter((one) => one !== undefined);
    if (limits.length === 0) {
      throw impossibleFor(target, 'has no process with more files to open', 'ask for less spare');
    }
    return { ...record, limits, lineage: await lineageOf(record.pid, since) };
  };
  return defineFault({
    type: 'process.fd-exhaustion',
    target: 'process',
    params: fdParams,
    undo,
    survives: 'process',
    settle: '1s',
    risk: 'high',
    touches: (target) => [`process:${target.id}:limit:files`],
    describe: ({ id, name }, { spare }) =>
      `process ${id} (${name}) and all below: none may open more than ${spare} further files`,
    feasible: (target, given) => feasibleWhenPrepared(() => prepare(target, given)),
    prepare,
    async inject(_target, _params, { limits }) {
      await agent.run(setting(limits.map((one) => order(one, one.during))));
    },
    async revert(record) {
      // Never lowered: whoever has raised one meanwhile has good reasons, or is another undo.
      const living = await holders(record);
      const low = living.filter(isLowered);
      // One by one: a process that may not be changed any more does not keep the others from it.
      const done = await Promise.allSettled(low.map((one) => agent.run(setting([order(one, one.before)]))));
      for (const one of done) if (one.status === 'rejected') throw one.reason;
    },
    async observe(record) {
      const living = await holders(record);
      const during = new Set(record.limits.map((one) => one.during));
      if (living.some(({ soft }) => during.has(soft))) return 'present';
      return (await recordedProcess(record)) === undefined ? 'gone' : 'absent';
    },
    // Processes come and go, and may raise their own: what counts is that nobody has less than was found.
    fingerprint: async (record) => ({ lowered: (await holders(record)).filter(isLowered).length }),
  });
}

/** What its limit is and will be; undefined for a process that has no more to open or cannot be counted. */
async function lowered(pid: number, ticks: string, spare: number): Promise<ProcessLimit | undefined> {
  const [before, next] = await Promise.all([softLimit(pid), nextFile(pid)]);
  if (before === undefined || next === undefined) return undefined;
  const during = next + spare;
  return isLower(during, before) ? { pid, ticks, before, during } : undefined;
}

async function requireOwner(target: Target): Promise<void> {
  const own = process.geteuid?.();
  const status = await readStatus(Number(target.id));
  if (own === 0 || status === undefined || status.uid === own) return;
  throw impossibleFor(target, 'belongs to another user', 'run as that user or as root');
}

interface Holder extends ProcessLimit {
  readonly soft: number;
}

/** Who may have the limit of a record now: the recorded processes, and what was started with their limit since. */
async function holders(record: FdRecord): Promise<readonly Holder[]> {
  // Throws where pids mean other processes than they did.
  await recordedProcess(record);
  const recorded = await Promise.all(
    record.limits.map(async (one) => ((await readStat(one.pid))?.ticks === one.ticks ? withSoft(one) : undefined)),
  );
  const here = recorded.filter((one) => one !== undefined);
  const heirs = await Promise.all(
    (
      await heirsOf(
        record.lineage,
        here.map(({ pid }) => pid),
      )
    ).map(async ({ pid, ticks }) => {
      const soft = await softLimit(pid);
      const from = record.limits.find(({ during }) => during === soft);
      return from === undefined || soft === undefined ? undefined : { ...from, pid, ticks, soft };
    }),
  );
  return [...here, ...heirs.filter((one) => one !== undefined)];
}

async function withSoft(limit: ProcessLimit): Promise<Holder | undefined> {
  const soft = await softLimit(limit.pid);
  return soft === undefined ? undefined : { ...limit, soft };
}

function isLowered({ soft, before }: Holder): boolean {
  return isLower(soft, before);
}

function isLower(one: number, other: number): boolean {
  return one >= 0 && (other < 0 || one < other);
}

function setting(orders: readonly string[]): readonly string[] {
  return ['limits', '-', String(process.pid), 'set', ...orders];
}

function order({ pid, ticks }: ProcessLimit, soft: number): string {
  return `${pid}:${ticks}=${soft}`;
}
