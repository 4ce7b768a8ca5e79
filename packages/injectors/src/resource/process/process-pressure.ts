import { readFile } from 'node:fs/promises';
import {
  ChaosError,
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
import { recordedProcess, selectedProcess } from '../../process/live-process.ts';
import { processRecord } from '../../process/process-identity.ts';
import { listProcesses } from '../../process/process-list.ts';
import { feasibleWhenPrepared } from '../feasible-when-prepared.ts';
import { type Worker, workersIn } from '../pressure/workers.ts';
import type { LocalAgent } from './local-agent.ts';

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
  work(params: z.output<Params>): Pick<PressureRecord, 'work' | 'workers' | 'atLeast'>;
  measure(worker: Worker): number;
}

/** Pressure within the cgroups of a process of this machine, by children of the engine that end with it. */
export function processPressure<const Type extends string, Params extends z.ZodType>(
  agent: LocalAgent,
  { type, params: schema, risk, what, describe, work, measure }: ProcessPressure<Type, Params>,
): FaultInjector<Type, 'process', Params, typeof record> & FaultAbilities<z.output<Params>, PressureRecord> {
  type Given = z.output<Params>;
  const prepare = async (target: Target, params: Given): Promise<PressureRecord> => {
    const selected = await selectedProcess(target);
    await requireCgroup(target);
    return { ...selected.record, mark: freshId('pressure'), ...work(params) };
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
      `${describe(params)} in the cgroups of process ${target.id} (${target.name})`,
    feasible: (target: Target, params: Given) => feasibleWhenPrepared(() => prepare(target, params)),
    prepare,
    async inject(_target: Target, _params: Given, { mark, pid, work: does }: PressureRecord) {
      await agent.start(mark, ['hold', mark, '-', String(pid), ...does]);
    },
    async revert({ mark }: PressureRecord) {
      agent.end(mark);
      for (const pid of await pressing(mark)) kill(pid);
    },
    async observe(undo: PressureRecord, _context: FaultContext): Promise<Observation> {
      const workers = workersIn(await agent.run(['look', undo.mark, '0']));
      if (workers.length === 0 && (await recordedProcess(undo)) === undefined) return 'gone';
      const shown = workers.reduce((sum, worker) => sum + measure(worker), 0);
      return workers.length >= undo.workers && shown >= undo.atLeast ? 'present' : 'absent';
    },
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

async function requireCgroup({ id, name }: Target): Promise<void> {
  const [own, its] = await Promise.all(['self', id].map((one) => readFile(`/proc/${one}/cgroup`, 'utf8')));
  if (own === its || process.geteuid?.() === 0) return;
  throw new ChaosError(
    'CHAOS_FAULT_IMPOSSIBLE',
    `process ${id} (${name}) is in another cgroup, which this user may not join; run as root`,
  );
}
