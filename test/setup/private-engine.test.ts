import { describe, expect, test } from 'vitest';
import { processesOf } from '../../setup/process-table.mjs';
import { aHost, NO_TRACES, tracesOf } from './host.ts';
import { type StartOptions, setUp, startSetUp } from './set-up.ts';

/** A run that is up. Its program does `work`, then waits for the end of its input. */
async function startedRun({ work = 'true', ...options }: StartOptions & { work?: string } = {}) {
  const script = `${work} && readlink /proc/self/ns/mnt && echo $CHAOS_TEST_RUN && exec cat`;
  const run = startSetUp(['exec', '--', 'sh', '-c', script], options);
  const mountNamespace = await run.line();
  const id = await run.line();
  return { ...run, id, traces: () => tracesOf(id, mountNamespace) };
}

/** The process in the namespaces that keeps the run's engine. */
function keeperOf(id: string): number {
  const keeper = processesOf(id, undefined).find(({ command }) => command.includes('inside.mjs'));
  if (keeper === undefined) throw new Error(`run ${id} has no keeper`);
  return keeper.pid;
}

describe('a run with a private Docker engine', () => {
  test('changes nothing on the host while it lasts, and leaves nothing behind', async () => {
    await using host = await aHost();
    const before = host.state();
    // Each of them would show on a host that is not shielded.
    const work = 'docker network create chaos >&2 && iptables -P INPUT DROP && mount -t tmpfs tmpfs /mnt';
    const run = await startedRun({ work, through: host.through });
    expect(host.state()).toEqual(before);
    expect(run.traces()).toMatchObject({
      folder: true,
      processes: expect.arrayContaining([expect.stringContaining('dockerd')]),
    });
    run.process.stdin.end();
    expect(await run.ended).toMatchObject({ code: 0 });
    expect(host.state()).toEqual(before);
    expect(run.traces()).toEqual(NO_TRACES);
  });

  test('ends with the exit code of its program', async () => {
    expect(await setUp(['exec', '--', 'sh', '-c', 'exit 7'])).toMatchObject({ code: 7, stdout: '' });
  });

  test('passes SIGTERM on and cleans up', async () => {
    const run = await startedRun();
    run.process.kill('SIGTERM');
    expect(await run.ended).toMatchObject({ code: 128 + 15 });
    expect(run.traces()).toEqual(NO_TRACES);
  });

  test('ends its program and its engine when it is killed', async () => {
    const run = await startedRun();
    run.process.kill('SIGKILL');
    await expect.poll(() => run.traces().processes, { timeout: 30_000 }).toEqual([]);
  });

  test('is cleaned up by the next run when all that could have done it was killed', async () => {
    const run = await startedRun();
    const keeper = keeperOf(run.id);
    // Stopped first, it cannot see the other end before it is killed too.
    process.kill(keeper, 'SIGSTOP');
    run.process.kill('SIGKILL');
    process.kill(keeper, 'SIGKILL');
    await expect.poll(() => run.traces().processes).not.toContainEqual(expect.stringContaining('inside.mjs'));
    expect(run.traces().processes).toContainEqual(expect.stringContaining('dockerd'));
    await setUp(['exec', '--', 'true']);
    expect(run.traces()).toEqual(NO_TRACES);
  });

  test('does not meet another run', async () => {
    const [one, other] = await Promise.all([startedRun(), startedRun()]);
    expect(one.id).not.toBe(other.id);
    one.process.stdin.end();
    expect(await one.ended).toMatchObject({ code: 0 });
    expect(other.traces().processes).toContainEqual(expect.stringContaining('dockerd'));
    other.process.stdin.end();
    expect(await other.ended).toMatchObject({ code: 0 });
  });
});
