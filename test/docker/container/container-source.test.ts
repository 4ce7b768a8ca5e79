import { randomBytes } from 'node:crypto';
import { isChaosError } from '@bridge/chaos-core';
import { containers } from '@bridge/chaos-injectors';
import { describe, expect, it } from 'vitest';
import { docker, startContainer, testImage } from '../../docker-engine/index.ts';
import { faultContext, plugin, targetOf } from './harness.ts';

const [source] = plugin.targets;
const context = faultContext();
const find = (query: unknown) => source.find(source.query.parse(query), context);
const ids = async (query: unknown) => (await find(query)).map(({ id }) => id);
const unique = () => `t${randomBytes(4).toString('hex')}`;

describe('selecting containers', () => {
  it('finds by name, by id and by a prefix of the id', async () => {
    await using web = await startContainer();
    expect(await ids(web.name)).toEqual([web.id]);
    expect(await ids(web.id)).toEqual([web.id]);
    expect(await ids({ name: web.id.slice(0, 12) })).toEqual([web.id]);
    expect(await ids(web.name.slice(0, -1))).toEqual([]);
    expect(await ids(web.id.slice(0, 3))).toEqual([]);
    expect(await ids(`../containers/${web.name}`)).toEqual([]);
    expect(await ids({ name: web.name, state: 'exited' })).toEqual([]);
    expect(await ids(`/${web.name}`)).toEqual([]);
  });

  it('prefers the container whose name looks like an id', async () => {
    await using web = await startContainer();
    await using trap = await startContainer({ name: web.id.slice(0, 12) });
    expect(await ids(web.id.slice(0, 12))).toEqual([trap.id]);
  });

  it('finds by labels, compose project and service, image and pattern, all of which must match', async () => {
    const [tier, project] = [unique(), unique()];
    await using web = await startContainer({ labels: { tier }, compose: { project, service: 'web' } });
    await using api = await startContainer({ labels: { tier, role: 'api' }, compose: { project, service: 'api' } });
    const image = await testImage();
    expect(await ids({ labels: { tier } })).toHaveLength(2);
    expect(await ids({ labels: { tier, role: 'api' } })).toEqual([api.id]);
    expect(await ids({ compose: { project } })).toHaveLength(2);
    expect(await ids({ compose: { project, service: 'web' } })).toEqual([web.id]);
    expect(await ids({ group: `${project}/api` })).toEqual([api.id]);
    expect(await ids({ labels: { tier }, image })).toHaveLength(2);
    expect(await ids({ labels: { tier }, image: image.replace(/:.*/, '') })).toHaveLength(2);
    expect(await ids({ labels: { tier }, image: 'nginx' })).toEqual([]);
    expect(await ids({ labels: { tier }, nameMatches: `^${web.name}$` })).toEqual([web.id]);
  });

  it('keeps one order', async () => {
    const tier = unique();
    await using b = await startContainer({ name: `${tier}-b`, labels: { tier } });
    await using a = await startContainer({ name: `${tier}-a`, labels: { tier } });
    expect(await ids({ labels: { tier } })).toEqual([a.id, b.id]);
  });

  it('leaves out what does not live, unless it is named or its state is asked for', async () => {
    const tier = unique();
    await using web = await startContainer({ labels: { tier } });
    await docker(['kill', web.id]);
    await docker(['wait', web.id]);
    expect(await ids({ labels: { tier } })).toEqual([]);
    expect(await ids({ labels: { tier }, state: 'exited' })).toEqual([web.id]);
    expect(await ids(web.name)).toEqual([web.id]);
  });

  it('knows an incarnation again, and not after a restart or an end', async () => {
    await using web = await startContainer();
    const target = await targetOf(web.id);
    expect(target).toMatchObject({ kind: 'container', name: web.name, connection: 'default' });
    expect(target.startedAt).toBe((await web.inspect()).State.StartedAt);
    expect(await source.reread(target, context)).toEqual(target);
    await docker(['kill', web.id]);
    await docker(['wait', web.id]);
    expect(await source.reread(target, context)).toBeUndefined();
    const stopped = await targetOf(web.id);
    expect(await source.reread(stopped, context)).toEqual(stopped);
    await docker(['start', web.id]);
    expect(await source.reread(target, context)).toBeUndefined();
    expect(await source.reread(stopped, context)).toBeUndefined();
    await docker(['rm', '--force', web.id]);
    expect(await source.reread(target, context)).toBeUndefined();
  });

  it('counts a group by compose service or by its own label', async () => {
    const project = unique();
    await using first = await startContainer({ compose: { project, service: 'web' } });
    await using second = await startContainer({ compose: { project, service: 'web', number: 2 } });
    await using alone = await startContainer({ labels: { team: project } });
    const group = await source.group(await targetOf(first.id), context);
    expect(group.map(({ id }) => id).sort()).toEqual([first.id, second.id].sort());
    const byTeam = containers({ groupLabel: 'team' });
    expect(await targetOf(alone.id, byTeam)).toMatchObject({ group: project });
    expect(await source.group(await targetOf(alone.id), context)).toHaveLength(1);
  });

  it('refuses empty queries, unknown members and runaway patterns', () => {
    for (const query of [{}, '', { nmae: 'web' }, { nameMatches: '(?=a)b' }, { nameMatches: '(' }, 5]) {
      expect(source.query.safeParse(query).success).toBe(false);
    }
  });
});

describe('protected containers', () => {
  it('are container runtimes', async () => {
    const id = await docker(['create', '--entrypoint', '/usr/local/bin/dockerd', await testImage()]);
    try {
      expect(await source.protects(await targetOf(id), context)).toMatch(/container runtime \(dockerd\)/);
    } finally {
      await docker(['rm', id]);
    }
  });

  it('are helpers of the engine, not others', async () => {
    await using helper = await startContainer({ labels: { 'bridge.chaos.helper': 'guardian' } });
    await using web = await startContainer();
    expect(await source.protects(await targetOf(helper.id), context)).toMatch(/helper/);
    expect(await source.protects(await targetOf(web.id), context)).toBeUndefined();
  });
});

describe('an engine that does not answer', () => {
  it('is named, with what to do', async () => {
    const nowhere = containers({ hosts: { staging: 'unix:///nowhere/docker.sock' } });
    const [nowhereSource] = nowhere.targets;
    const asking = nowhereSource.find({ name: 'web' }, context);
    await expect(asking).rejects.toThrow(/"staging" \(unix:\/\/\/nowhere\/docker\.sock\).*start Docker/);
    await expect(asking).rejects.toSatisfy((error) => isChaosError(error, 'CHAOS_TARGET_UNREACHABLE'));
  });
});
