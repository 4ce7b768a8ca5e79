import { readFile } from 'node:fs/promises';
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
import type { Obstacle } from '../../obstacle.ts';
import { recordedProcess, selectedProcess } from '../../process/live-process.ts';
import { processRecord } from '../../process/process-identity.ts';
import { listProcesses } from '../../process/process-list.ts';
import { readStat } from '../../process/process-stat.ts';
import { feasibleWhenPrepared } from '../feasible-when-prepared.ts';
import type { Work } from '../pressure/pressure-fault.ts';
import { type Worker, workersIn } from '../pressure/workers.ts';
import { impossibleFor } from './impossible-for.ts';
import { type LocalAgent, requireAgent } from './local-agent.ts';

const record = processRecord.extend({
  mark: z.string(),
  work: z.array(z.string()),
  workers: z.int(),
  atLeast: z.number(),
});
type PressureRecord = z.output<typeof record>;

interface ProcessPressure<Type extends string, Params extends z.ZodType> {
  readonly type: Type;
  readonly params: Params;
  readonly risk: Risk;
  readonly what: string;
  describe(params: z.output<Params>): string;
  /** Whether its workers must stand in the cgroups of the process. */
  readonly inCgroup: boolean;
  work(params: z.output<Params>, target: Target): Promise<Work | Obstacle>;
  /** How much a worker shows of the effect. */
  measure(worker: Worker): number | Promise<number>;
  /** For a fault that counts what it holds: how much was asked for. */
  eligible?(record: PressureRecord): number;
}

/** Pressure beside a process of this machine, by children of the engine that end with it; as a rule within its cgroups. */
export function processPressure<const Type extends string, Params extends z.ZodType>(
  agent: LocalAgent,
  { type, params: schema, risk, what, inCgroup, describe, work, measure, eligible }: ProcessPressure<Type, Params>,
): FaultInjector<Type, 'process', Params, typeof record> & FaultAbilities<z.output<Params>, PressureRecord> {
  type Given = z.output<Params>;
  const prepare = async (target: Target, params: Given): Promise<PressureRecord> => {
    const selected = await selectedProcess(target);
    if (inCgroup) await requireCgroup(target);
    requireAgent();
    const found = await work(params, target);
    if ('reason' in found) throw impossibleFor(target, found.reason, found.remedy);
    return { ...selected.record, mark: freshId('pressure'), ...found };
  };
  const shown = async (workers: readonly Worker[]): Promise<number> => {
    const each = await Promise.all(workers.map(measure));
    return each.reduce((sum, one) => sum + one, 0);
  };
  return defineFault({
    type,
    target: 'process',
    params: schema,
    undo: record,
    survives: 'process',
    settle: '1s',
    risk,
    touches: (target: Target) => [`process:${target.id}:pressure:${what}`],
    describe: (target: Target, params: Given) =>
      `${describe(params)}${inCgroup ? ' in the cgroups of' : ', for'} process ${target.id} (${target.name})`,
    feasible: (target: Target, params: Given) => feasibleWhenPrepared(() => prepare(target, params)),
    prepare,
    async inject(_target: Target, _params: Given, { mark, pid, work: does }: PressureRecord) {
      await agent.start(mark, ['hold', mark, '-', String(pid), ...does]);
    },
    async revert({ mark }: PressureRecord, { clock, signal }: FaultContext) {
      // Looked for first: one that is just ending cannot be told by its arguments any more, but still has what it holds.
      const workers = await pressing(mark);
      agent.end(mark);
      for (const pid of workers) kill(pid);
      for (const pid of workers) {
        while ((await readStat(pid)) !== undefined) await clock.sleep(5, { signal });
      }
    },
    async observe(undo: PressureRecord, _context: FaultContext): Promise<Observation> {
      const workers = workersIn(await agent.run(['look', undo.mark, '0']));
      if (workers.length === 0 && (await recordedProcess(undo)) === undefined) return 'gone';
      return workers.length >= undo.workers && (await shown(workers)) >= undo.atLeast ? 'present' : 'absent';
    },
    ...(eligible === undefined
      ? {}
      : {
          async counters(undo: PressureRecord) {
            const workers = workersIn(await agent.run(['look', undo.mark, '0']));
            return { eligible: eligible(undo), injected: await shown(workers) };
          },
        }),
  });
}

/** The processes that carry this mark as agents do, and no other. */
async function pressing(mark: string): Promise<readonly number[]> {
  const all = await listProcesses(undefined);
  return all.filter(({ command }) => command[1] === 'hold' && command[2] === mark).map(({ stat }) => stat.pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    const ended = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!ended) throw error;
  }
}

async function requireCgroup(target: Target): Promise<void> {
  const [own, its] = await Promise.all(['self', target.id].map((one) => readFile(`/proc/${one}/cgroup`, 'utf8')));
  if (own === its || process.geteuid?.() === 0) return;
  throw impossibleFor(target, 'is in another cgroup, which this user may not join', 'run as root');
}
