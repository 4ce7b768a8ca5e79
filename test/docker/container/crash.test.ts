import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isChaosError } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { docker, startContainer } from '../../docker-engine/index.ts';
import { faultContext, fromDisk, plugin, targetOf } from './harness.ts';

const run = promisify(execFile);
const [, , crash] = plugin.faults;
const context = faultContext();

/** Injects from a pid namespace of its own, where no process of the container can be seen. */
async function injectUnseeing(id: string): Promise<void> {
  const script = new URL('./inject-crash.ts', import.meta.url).pathname;
  const node = [process.execPath, '-C', '@bridge/source', script, id];
  await run('unshare', ['--pid', '--fork', '--mount-proc', ...node]);
}

const helpers = () => docker(['ps', '--all', '--quiet', '--filter', 'label=bridge.chaos.helper=crash']);

describe('container.crash', () => {
  it('is a death that the restart policy answers', async () => {
    await using web = await startContainer({ restart: 'always' });
    const target = await targetOf(web.id);
    const undo = fromDisk(crash, await crash.prepare(target, {}, context));
    const before = await crash.fingerprint?.(undo, context);
    await crash.inject(target, {}, undo, context);
    await expect.poll(() => crash.ended?.(undo, context)).toBe(true);
    await expect.poll(() => crash.observe(undo, context), { timeout: 10_000 }).toBe('absent');
    expect((await web.inspect()).RestartCount).toBe(1);
    const { StartedAt } = (await web.inspect()).State;
    await crash.revert(undo, context);
    expect((await web.inspect()).State.StartedAt).toBe(StartedAt);
    expect(await crash.fingerprint?.(undo, context)).toEqual(before);
  });

  it('starts the container again when it has no restart policy', async () => {
    await using web = await startContainer();
    const target = await targetOf(web.id);
    const undo = await crash.prepare(target, {}, context);
    await crash.inject(target, {}, undo, context);
    await docker(['wait', web.id]);
    expect((await web.inspect()).State.ExitCode).toBe(137);
    expect(await crash.observe(undo, context)).toBe('present');
    await crash.revert(undo, context);
    await crash.revert(undo, context);
    expect(await web.status()).toBe('running');
  });

  it('brings back a container that its engine is about to restart', async () => {
    await using web = await startContainer({ restart: 'always', command: ['sh', '-c', 'test -f /up && sleep 1000'] });
    await expect.poll(() => web.status(), { timeout: 10_000, interval: 20 }).toBe('restarting');
    await expect.poll(async () => (await web.inspect()).RestartCount, { timeout: 20_000 }).toBeGreaterThan(4);
    await docker(['cp', '/etc/hostname', `${web.id}:/up`]);
    await using other = await startContainer();
    const record = await crash.prepare(await targetOf(other.id), {}, context);
    const undo = { ...record, id: web.id, name: web.name };
    await crash.revert(undo, context);
    expect(await web.status()).toBe('running');
  });

  it('works through a helper with no more than the right to kill, and leaves none behind', async () => {
    await using web = await startContainer({ restart: 'always' });
    await injectUnseeing(web.id);
    await expect.poll(async () => (await web.inspect()).RestartCount, { timeout: 10_000 }).toBe(1);
    expect(await helpers()).toBe('');
  });

  it('removes a helper that was left behind', async () => {
    await using web = await startContainer();
    const undo = await crash.prepare(await targetOf(web.id), {}, context);
    const image = await docker(['inspect', '--format', '{{.Image}}', web.id]);
    await docker(['create', '--name', undo.helper, '--label', 'bridge.chaos.helper=crash', image, 'true']);
    await crash.revert(undo, context);
    expect(await helpers()).toBe('');
    expect(await web.status()).toBe('running');
  });

  it('refuses a frozen container: the kernel keeps the signal from it', async () => {
    await using web = await startContainer();
    await docker(['pause', web.id]);
    await expect(crash.prepare(await targetOf(web.id), {}, context)).rejects.toSatisfy((error) =>
      isChaosError(error, 'CHAOS_FAULT_IMPOSSIBLE'),
    );
  });
});
