import { join } from 'node:path';
import { environmentWith, runChild } from './child.mjs';
import { newTestRun, removeAbandonedTestRuns, removeTestRun } from './test-run.mjs';

/**
 * Runs the program inside network and mount namespaces of its own, beside a Docker engine that lives there too: what
 * either does to firewall, interfaces or mounts ends with them, and the host never sees it.
 * @param {import('./commands.mjs').Program} program
 * @returns {Promise<number>} the exit code
 */
export async function runWithPrivateEngine(program) {
  await removeAbandonedTestRuns();
  const run = newTestRun();
  try {
    const inside = join(import.meta.dirname, 'inside.mjs');
    const namespaces = ['unshare', '--net', '--mount', '--propagation', 'private', '--'];
    const argv = [...namespaces, process.execPath, inside, JSON.stringify({ run, program })];
    // The pipe tells the inside when we are gone, even if we were killed.
    const stdio = /** @type {const} */ (['inherit', 'inherit', 'inherit', 'pipe']);
    return await runChild(argv, {
      env: environmentWith({ CHAOS_TEST_RUN: run.id, CHAOS_TEST_OUTSIDE: String(process.pid) }),
      stdio: [...stdio],
    }).exitCode;
  } finally {
    await removeTestRun(run);
  }
}
