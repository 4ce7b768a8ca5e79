import { defineFault, type FaultContext, type Target } from '@bridge/chaos-core';
import * as z from 'zod';
import { impossible } from '../container/container-fault.ts';
import { containerRecord } from '../container/container-record.ts';
import { feasibleWhenPrepared } from './feasible-when-prepared.ts';
import { askLimits, readLimits } from './process-limits.ts';
import { runningTarget, sameIncarnation, unchangedTarget } from './running-target.ts';
import type { ResourceToolbox } from './toolbox.ts';

export const processLimit = z.object({
  pid: z.int(),
  /** Start time in clock ticks: a pid is another process's later. */
  ticks: z.string(),
  /** -1 for none. */
  before: z.int(),
  during: z.int(),
});
export type ProcessLimit = z.output<typeof processLimit>;

const undo = containerRecord.extend({ limits: z.array(processLimit).min(1) });
type FdRecord = z.output<typeof undo>;

export const fdParams = z.strictObject({
  /** How many more files and sockets each process may open. Default 0. */
  spare: z.int().min(0).max(1_000_000).default(0),
});
export type FdParams = z.output<typeof fdParams>;

/**
 * `resource.fd-exhaustion`: the limit on open files of every process of the target goes down to what it has open, so that
 * the next open, accept or connect fails with EMFILE (prlimit(2), RLIMIT_NOFILE). Only the soft limit, which can be raised
 * again. Processes that are started meanwhile inherit it; undo finds them.
 */
export function fdExhaustion({ connections, agents }: ResourceToolbox) {
  const prepare = async (target: Target, { spare }: FdParams, context: FaultContext) => {
    const { facts, record } = await runningTarget(connections, target, context);
    const found = await readLimits(agents, { ...record, pid: facts.pid }, context);
    const limits = found.flatMap(({ pid, ticks, soft, next }): ProcessLimit[] => {
      const during = next + spare;
      // A process whose open files cannot be counted, or whose limit cannot be changed, is left alone.
      const tighter = next >= 0 && (soft < 0 || during < soft);
      return tighter ? [{ pid, ticks, before: soft, during }] : [];
    });
    if (limits.length === 0)
      throw impossible(facts.name, 'has no process with more files to open', 'ask for less spare');
    return { ...record, limits };
  };
  const standing = async (record: FdRecord, context: FaultContext) => {
    const facts = await sameIncarnation(connections, record, context);
    if (facts === undefined) return undefined;
    const owner = { ...record, pid: facts.pid };
    return { owner, now: await readLimits(agents, owner, context) };
  };
  return defineFault({
    type: 'resource.fd-exhaustion',
    target: 'container',
    params: fdParams,
    undo,
    survives: 'container',
    settle: '3s',
    risk: 'high',
    touches: (target) => [`container:${target.connection}:${target.id}:limit:files`],
    describe: (target, { spare }) => `${target.name}: no process may open more than ${spare} further files`,
    feasible: (target, given, context) => feasibleWhenPrepared(() => prepare(target, given, context)),
    prepare,
    async inject(_target, _params, record, context) {
      const { pid } = await unchangedTarget(connections, record, context);
      await askLimits(
        agents,
        { ...record, pid },
        ['set', ...record.limits.map((one) => order(one, one.during))],
        context,
      );
    },
    async revert(record, context) {
      const seen = await standing(record, context);
      if (seen === undefined) return;
      // What was started meanwhile gets what the main process had; else what any had.
      const [first] = [...record.limits].sort((a, b) => a.pid - b.pid);
      const main = record.limits.find(({ pid }) => pid === seen.owner.pid) ?? first;
      const back = record.limits.map((one) => order(one, one.before));
      const refused: unknown[] = [];
      for (const during of new Set(record.limits.map((one) => one.during))) {
        const orders = ['reset', String(during), String(main?.before ?? -1), ...back];
        await askLimits(agents, seen.owner, orders, context).catch((error: unknown) => refused.push(error));
      }
      // Only now: a process that may not be changed any more does not keep the others from it.
      if (refused.length > 0) throw refused[0];
    },
    async observe(record, context) {
      const seen = await standing(record, context);
      if (seen === undefined) return 'gone';
      const lowered = new Set(record.limits.map(({ during }) => during));
      return seen.now.some(({ soft }) => lowered.has(soft)) ? 'present' : 'absent';
    },
    async fingerprint(record, context) {
      const seen = await standing(record, context);
      if (seen === undefined) return { ended: true };
      // Processes come and go: what counts is that those that are still there have what they had.
      const known = new Map(record.limits.map(({ pid, ticks, before }) => [`${pid}:${ticks}`, before]));
      const changed = seen.now.filter(({ pid, ticks, soft }) => (known.get(`${pid}:${ticks}`) ?? soft) !== soft);
      return { changed: changed.length };
    },
  });
}

function order({ pid, ticks }: ProcessLimit, soft: number): string {
  return `${pid}:${ticks}=${soft}`;
}
