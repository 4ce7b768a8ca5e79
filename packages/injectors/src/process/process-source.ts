import type { ProtectiveTargetSource, Target, TargetContext, TargetSource } from '@bridge/chaos-core';
import type { ProcessesOptions } from './options.ts';
import { ownWorld, requireLinux, startMark } from './process-identity.ts';
import { type ListedProcess, listProcesses, matcher, readProcess, readUsers } from './process-list.ts';
import { type ProcessQuery, processQuery } from './process-query.ts';
import { readProc } from './process-stat.ts';
import { protectionOf } from './protection.ts';

const LONGEST_COMMAND = 200;

/** Processes this one can see under `/proc`. Identity is pid and start time, on this boot. */
export function processSource({
  groupBy,
}: ProcessesOptions): TargetSource<'process', typeof processQuery> & ProtectiveTargetSource {
  const targets = async (listed: readonly ListedProcess[]): Promise<readonly Target[]> => {
    const { boot } = await ownWorld();
    return Promise.all(listed.map((one) => targetOf(one, boot, groupBy)));
  };
  const find = async (query: ProcessQuery): Promise<readonly Target[]> => {
    requireLinux();
    const users = typeof query.user === 'string' ? await readUsers() : new Map<string, number>();
    return targets((await listProcesses(query.pid)).filter(matcher(query, users)));
  };
  return {
    kind: 'process',
    query: processQuery,
    find,
    async reread(target) {
      requireLinux();
      const listed = await readProcess(Number(target.id));
      const [now] = listed === undefined ? [] : await targets([listed]);
      return now?.startedAt === target.startedAt ? now : undefined;
    },
    async group(target: Target, _context: TargetContext) {
      requireLinux();
      return (await targets(await listProcesses(undefined))).filter(({ group }) => group === target.group);
    },
    protects: (target) => protectionOf(Number(target.id)),
  };
}

async function targetOf({ stat, uid, command }: ListedProcess, boot: string, groupBy: GroupBy): Promise<Target> {
  return {
    kind: 'process',
    id: String(stat.pid),
    name: stat.name,
    labels: { user: String(uid), parent: String(stat.parent), command: command.join(' ').slice(0, LONGEST_COMMAND) },
    group: groupBy === 'command' ? stat.name : await cgroupOf(stat.pid),
    startedAt: startMark(stat.ticks, boot),
  };
}

type GroupBy = ProcessesOptions['groupBy'];

// Version 2 puts everything on the line "0::"; version 1 has one line per hierarchy, of which systemd's tells services apart.
async function cgroupOf(pid: number): Promise<string> {
  const lines = ((await readProc(pid, 'cgroup')) ?? '').split('\n');
  const chosen = lines.find((line) => /^\d+:name=systemd:/.test(line)) ?? lines.find((line) => line.startsWith('0::'));
  return chosen?.replace(/^\d+:[^:]*:/, '') ?? '/';
}
