import { readFile } from 'node:fs/promises';
import { defineProbe, messageOf, type ProbeResult } from '@bridge/chaos-core';
import { numberMismatch } from '../expectation/number-expectation.ts';
import { quote } from '../expectation/text-expectation.ts';
import { codeOf } from '../network-failure.ts';
import { type ProcessOptions, processOptions } from './process-options.ts';
import { commandLineOf, everyProcess, type ProcessEntry, readProcess } from './process-table.ts';

const STATES: Readonly<Record<string, string>> = { Z: 'a zombie', X: 'dead', T: 'stopped', t: 'stopped by a debugger' };

/** Processes that fit the options, and why there are none if that is known. */
interface Found {
  readonly entries: readonly ProcessEntry[];
  readonly why?: string;
}

/**
 * Looks whether processes run, in `/proc` (Linux). The value is how many do. A `pid` means the process that has it when
 * the probe is opened: another one that got the same number later does not count. `unknown` where there is no `/proc`.
 */
export const processProbe = defineProbe({
  type: 'process',
  options: processOptions,
  async open(options) {
    const own = options.pid === undefined ? undefined : await ownIdentity(options.pid);
    return {
      async check() {
        try {
          return judge(options, await find(options, own));
        } catch (error) {
          return { health: 'unknown', detail: `cannot look at processes: ${messageOf(error)}` };
        }
      },
      async close() {},
    };
  },
});

async function ownIdentity(pid: number): Promise<ProcessEntry | undefined> {
  try {
    return await readProcess(pid);
  } catch {
    // The check meets the same trouble and tells of it.
    return undefined;
  }
}

async function find(options: ProcessOptions, own: ProcessEntry | undefined): Promise<Found> {
  if (options.pid !== undefined) return byPid(options.pid, own);
  if (options.pidFile !== undefined) return byPidFile(options.pidFile);
  const entries = (await everyProcess()).filter(({ pid }) => pid !== process.pid);
  if (options.program !== undefined) return { entries: entries.filter(({ program }) => program === options.program) };
  const wanted = new RegExp(options.commandLine ?? '');
  const lines = await Promise.all(entries.map(({ pid }) => commandLineOf(pid)));
  return { entries: entries.filter((_, index) => wanted.test(lines[index] ?? '')) };
}

async function byPid(pid: number, own: ProcessEntry | undefined): Promise<Found> {
  const now = await readProcess(pid);
  if (now === undefined) return { entries: [], why: `no process ${pid}` };
  if (own !== undefined && own.startedAt !== now.startedAt) {
    return { entries: [], why: `process ${pid} ended and another one got its number` };
  }
  return { entries: [now] };
}

async function byPidFile(path: string): Promise<Found> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return { entries: [], why: `no pid file ${path}` };
  }
  const pid = Number(text.split('\n', 1)[0]?.trim() || Number.NaN);
  if (!Number.isInteger(pid) || pid < 1)
    return { entries: [], why: `expected a process id in ${path}, got ${quote(text)}` };
  return byPid(pid, undefined);
}

function judge({ expect }: ProcessOptions, { entries, why }: Found): ProbeResult {
  const running = entries.filter(({ state }) => !(state in STATES));
  const value = running.length;
  const degraded = (detail: string): ProbeResult => ({ health: 'degraded', value, detail });
  const mismatch = numberMismatch(expect.count, value);
  if (mismatch !== undefined) {
    const idle = entries.filter(({ state }) => state in STATES).map(({ pid, state }) => `${pid} is ${STATES[state]}`);
    return degraded([`processes: ${mismatch}`, ...(why === undefined ? [] : [why]), ...idle].join('; '));
  }
  const { memoryAtMost = Infinity } = expect;
  const large = running.find(({ resident }) => resident > memoryAtMost);
  if (large === undefined) return { health: 'healthy', value };
  return degraded(`process ${large.pid}: expected at most ${memoryAtMost} bytes resident, got ${large.resident}`);
}
