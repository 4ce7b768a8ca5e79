import { existsSync, readdirSync, readFileSync, realpathSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { hasCode } from './errno.mjs';

const MOUNT = '/sys/fs/cgroup';
const PATIENCE_MS = 10_000;

/**
 * The folders a cgroup has: one with cgroup v2, one per controller with v1.
 * @param {string} name
 */
export function cgroupFolders(name) {
  const hierarchies = existsSync(MOUNT)
    ? [MOUNT, ...readdirSync(MOUNT).map((controller) => join(MOUNT, controller))]
    : [];
  const folders = hierarchies.map((hierarchy) => join(hierarchy, name)).filter((folder) => existsSync(folder));
  // With v1 `cpu` and `cpuacct` may be two names of one hierarchy.
  return [...new Set(folders.map((folder) => realpathSync(folder)))];
}

/**
 * Ends everything in the cgroup, paused or not, and removes it.
 * @param {string} name
 */
export async function removeCgroup(name) {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const tree = cgroupFolders(name).flatMap(descendants);
    if (tree.length === 0) return;
    for (const folder of tree) thaw(folder);
    for (const folder of tree) killMembers(folder);
    if (tree.map(tryToRemove).every(Boolean)) return;
    if (performance.now() > deadline) throw new Error(`cgroup ${name} still has members: ${tree.join(', ')}`);
    await setTimeout(50);
  }
}

/** The folder and all below it, deepest first. @param {string} folder @returns {string[]} */
function descendants(folder) {
  const children = readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isDirectory());
  return [...children.flatMap(descendants), folder];
}

/** A frozen process cannot die. @param {string} folder */
function thaw(folder) {
  const switches = { 'freezer.state': 'THAWED', 'cgroup.freeze': '0' };
  for (const [file, value] of Object.entries(switches)) {
    const path = join(folder, file);
    if (existsSync(path)) writeFileSync(path, value);
  }
}

/** @param {string} folder */
function killMembers(folder) {
  const pids = readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (!hasCode(error, 'ESRCH')) throw error;
    }
  }
}

/** @param {string} folder */
function tryToRemove(folder) {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return true;
    // Its members are dying.
    if (hasCode(error, 'EBUSY')) return false;
    throw error;
  }
}
