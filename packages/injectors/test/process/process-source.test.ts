import { once } from 'node:events';
import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processes } from '@bridge/chaos-injectors';
import { describe, expect, it } from 'vitest';
import { faultContext } from '../fault-context.ts';
import { startProgram, targetOf } from './child.ts';

const [source] = processes().targets;
const context = faultContext();
const find = async (query: unknown) => source.find(source.query.parse(query), context);
const pids = async (query: unknown) => (await find(query)).map(({ id }) => Number(id));

describe('selecting processes', () => {
  it('finds by pid, command, parent and user, all of which must match', async () => {
    using first = await startProgram('sleep', ['100000']);
    using second = await startProgram('sleep', ['100001']);
    expect(await pids(first.pid)).toEqual([first.pid]);
    expect(await pids({ name: 'sleep', parent: process.pid })).toEqual([first.pid, second.pid].sort((a, b) => a - b));
    expect(await pids({ commandMatches: '^sleep 100001$', parent: process.pid })).toEqual([second.pid]);
    expect(await pids({ pid: first.pid, user: process.getuid?.() })).toEqual([first.pid]);
    expect(await pids({ pid: first.pid, user: 4_000_000 })).toEqual([]);
    expect(await pids({ pid: first.pid, user: 'no such user' })).toEqual([]);
  });

  it('reads names with spaces and parentheses', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chaos-process-'));
    const program = join(folder, 'a) S 1 (b');
    await copyFile('/bin/sleep', program);
    await chmod(program, 0o755);
    using child = await startProgram(program, ['1000']);
    const target = await targetOf(child.pid);
    expect(target).toMatchObject({ name: 'a) S 1 (b', labels: { parent: String(process.pid) } });
    await rm(folder, { recursive: true });
  });

  it('knows an incarnation again, and not once it has ended', async () => {
    using child = await startProgram('sleep', ['1000']);
    const target = await targetOf(child.pid);
    expect(await source.reread(target, context)).toEqual(target);
    expect(await source.reread({ ...target, startedAt: `0${target.startedAt}` }, context)).toBeUndefined();
    child.child.kill('SIGKILL');
    await once(child.child, 'exit');
    expect(await source.reread(target, context)).toBeUndefined();
    expect(await find(child.pid)).toEqual([]);
  });

  it('groups by command name, or by cgroup', async () => {
    using child = await startProgram('sleep', ['1000']);
    const target = await targetOf(child.pid);
    expect(target.group).toBe('sleep');
    const group = await source.group(target, context);
    expect(group.map(({ id }) => id)).toContain(target.id);
    expect(group.every(({ name }) => name === 'sleep')).toBe(true);
    const [byCgroup] = processes({ groupBy: 'cgroup' }).targets;
    expect((await byCgroup.find({ pid: child.pid }, context))[0]?.group).toMatch(/^\//);
  });

  it('refuses an empty query and what is no pattern of ours', () => {
    expect(source.query.safeParse({}).success).toBe(false);
    expect(source.query.safeParse({ commandMatches: '(?=a)b' }).success).toBe(false);
    expect(source.query.safeParse(0).success).toBe(false);
    expect(source.query.safeParse(-1).success).toBe(false);
  });
});

describe('protected processes', () => {
  const protects = async (pid: number) => source.protects(await targetOf(pid), context);

  it('are this process, its parents and pid 1', async () => {
    expect(await protects(process.pid)).toMatch(/runs the engine/);
    expect(await protects(process.ppid)).toMatch(/parent/);
    expect(await protects(1)).toMatch(/pid 1/);
  });

  it('are the helpers that the SDK starts', async () => {
    using guardian = await startProgram(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '/x/guardian/main.js']);
    using marked = await startProgram('env', ['BRIDGE_CHAOS_HELPER=proxy', 'sleep', '1000']);
    expect(await protects(guardian.pid)).toMatch(/helper/);
    await expect.poll(() => protects(marked.pid)).toMatch(/helper/);
  });

  it('are not other children of this process', async () => {
    using child = await startProgram('sleep', ['1000']);
    expect(await protects(child.pid)).toBeUndefined();
  });
});
