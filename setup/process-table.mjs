import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hasCode } from './errno.mjs';

/** @param {number} pid */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/**
 * A running process, as `/proc` shows it.
 * @typedef {{ pid: number, parent: number, startTime: string, command: string }} RunningProcess
 */

/**
 * The process with this pid, unless there is none or it is a zombie.
 * @param {number} pid
 * @returns {RunningProcess | undefined}
 */
export function processWith(pid) {
  return unlessGone(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // After the command's closing parenthesis: state is field 3, parent 4, start time 22 (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').join(' ').trim();
    return { pid, parent: Number(fields[1]), startTime: String(fields[19]), command: command || stat };
  });
}

/**
 * Every process of a run: those that carry its id in their environment, and those that live in its mount namespace
 * (a process may have been given another environment). The caller itself is left out.
 * @param {string} id
 * @param {string | undefined} mountNamespace
 * @returns {RunningProcess[]}
 */
export function processesOf(id, mountNamespace) {
  const marker = `CHAOS_TEST_RUN=${id}`;
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && belongs(pid, marker, mountNamespace))
    .flatMap((pid) => processWith(pid) ?? []);
}

/**
 * Kills the process if it is still the same one: a pid may be somebody else's by now.
 * @param {RunningProcess} victim
 * @param {NodeJS.Signals} signal
 */
export function killSame(victim, signal) {
  if (processWith(victim.pid)?.startTime !== victim.startTime) return;
  try {
    process.kill(victim.pid, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}

/** @param {number} pid @param {string} marker @param {string | undefined} mountNamespace */
function belongs(pid, marker, mountNamespace) {
  return unlessGone(() => {
    if (mountNamespace !== undefined && readlinkSync(`/proc/${pid}/ns/mnt`) === mountNamespace) return true;
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(marker);
  });
}

/** @template T @param {() => T} read */
function unlessGone(read) {
  try {
    return read();
  } catch (error) {
    // ESRCH: it ended while being read. EACCES, EPERM: another user's, so not ours.
    if (hasCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return undefined;
    throw error;
  }
}
