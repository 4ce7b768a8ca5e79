import { execFileSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { processesOf } from './process-table.mjs';

/** A guardian or a proxy may need a moment to see that its engine has closed. */
const PATIENCE_MS = 10_000;

/**
 * Says what the program left behind. True if there was anything.
 * @param {{ id: string, mountNamespace: string, engine: import('./dockerd.mjs').Dockerd }} run
 */
export async function reportLeftovers(run) {
  const containers = containersOf(run.engine);
  // Containers that live have processes of the engine's with them; those are not another finding.
  const processes = containers.length > 0 ? [] : await processesStillThere(run);
  const lines = [
    ...containers.map((container) => `leftover container: ${container}`),
    ...processes.map(({ pid, command }) => `leftover process: ${pid} ${command}`),
  ];
  for (const line of lines) console.error(line);
  return lines.length > 0;
}

/** @param {import('./dockerd.mjs').Dockerd} engine */
function containersOf(engine) {
  const args = ['--host', engine.host, 'ps', '--all', '--format', '{{.Names}} ({{.Image}}, {{.Status}})'];
  return execFileSync('docker', args, { encoding: 'utf8' }).split('\n').filter(Boolean);
}

/** @param {Parameters<typeof reportLeftovers>[0]} run */
async function processesStillThere({ id, mountNamespace, engine }) {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const left = processesOf(id, mountNamespace).filter(
      ({ pid, parent }) => pid !== engine.pid && parent !== engine.pid,
    );
    if (left.length === 0 || performance.now() > deadline) return left;
    await setTimeout(100);
  }
}
