import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeCgroup } from './cgroups.mjs';
import { killSame, processesOf, processWith } from './process-table.mjs';

/** Not in the repository: a Unix socket's path may have 107 bytes at most. On disk, since it holds images. */
const PARENT = '/var/tmp';
const PREFIX = 'bridge-chaos-';

/**
 * One run with a Docker engine of its own: whatever it makes on this machine carries its id.
 * @typedef {{ id: string, directory: string, cgroup: string }} TestRun
 */

/** @returns {TestRun} */
export function newTestRun() {
  const run = testRunOf(randomBytes(4).toString('hex'));
  mkdirSync(run.directory, { mode: 0o700 });
  writeFileSync(join(run.directory, 'owner'), identity(process.pid));
  return run;
}

/**
 * Ends every process of the run and removes its folder and its cgroups.
 * @param {TestRun} run
 */
export async function removeTestRun(run) {
  for (const left of processesOf(run.id, mountNamespaceOf(run))) killSame(left, 'SIGKILL');
  await removeCgroup(run.cgroup);
  rmSync(run.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

/** Removes what runs left whose owner was killed. */
export async function removeAbandonedTestRuns() {
  for (const name of readdirSync(PARENT).filter((entry) => entry.startsWith(PREFIX))) {
    const run = testRunOf(name.slice(PREFIX.length));
    const owner = join(run.directory, 'owner');
    // A folder without an owner is being made or removed at this moment.
    if (existsSync(owner) && !isIdentityAlive(readFileSync(owner, 'utf8'))) await removeTestRun(run);
  }
}

/** A pid alone may be somebody else's by now. @param {number} pid */
function identity(pid) {
  return `${pid} ${processWith(pid)?.startTime}`;
}

/** @param {string} owner */
function isIdentityAlive(owner) {
  return identity(Number.parseInt(owner, 10)) === owner;
}

/** @param {TestRun} run @param {string} namespace */
export function rememberMountNamespace(run, namespace) {
  writeFileSync(join(run.directory, 'mount-namespace'), namespace);
}

/** @param {TestRun} run */
function mountNamespaceOf(run) {
  const path = join(run.directory, 'mount-namespace');
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** @param {string} id @returns {TestRun} */
export function testRunOf(id) {
  const name = `${PREFIX}${id}`;
  return { id, directory: join(PARENT, name), cgroup: name };
}
