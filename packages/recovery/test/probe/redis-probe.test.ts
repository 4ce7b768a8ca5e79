import { seededRandom, silentLogger, systemClock } from '@bridge/chaos-core';
import { recovery, redis } from '@bridge/chaos-recovery';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { issuesOf, openProbe, patient } from './open-probe.ts';
import { type ServerProcess, startServer } from './server/server-process.ts';
import { type TemporaryFolder, temporaryFolder } from './server/temporary-folder.ts';

describe('redis probe, against redis-server', () => {
  let folder: TemporaryFolder;
  let server: ServerProcess;
  let socketPath: string;

  const start = (): Promise<ServerProcess> =>
    startServer(
      '/usr/bin/redis-server',
      ['--port', '0', '--unixsocket', socketPath, '--save', '', '--dir', folder.path],
      /The server is now ready|ready to accept connections/i,
      { cwd: folder.path },
    );

  beforeEach(async () => {
    folder = await temporaryFolder();
    socketPath = `${folder.path}/redis.sock`;
    server = await start();
  });
  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  it('pings, and gives the reply of any command', async () => {
    await using ping = await openProbe(redis, { socketPath });
    expect(await ping.check(patient())).toEqual({ health: 'healthy', value: 'PONG' });
    await using push = await openProbe(redis, { socketPath, command: ['RPUSH', 'jobs', 'a', 'b', 'c'] });
    expect(await push.check(patient())).toEqual({ health: 'healthy', value: 3 });
    await using list = await openProbe(redis, { socketPath, command: ['LRANGE', 'jobs', '0', '-1'] });
    expect(await list.check(patient())).toEqual({ health: 'healthy', value: '["a","b","c"]' });
    await using nothing = await openProbe(redis, { socketPath, command: ['GET', 'nobody'] });
    expect(await nothing.check(patient())).toEqual({ health: 'healthy', value: null });
  });

  it('holds the reply against what is expected', async () => {
    const length = { socketPath, command: ['LLEN', 'jobs'] };
    await using short = await openProbe(redis, { ...length, expect: { atMost: 10 } });
    expect(await short.check(patient())).toEqual({ health: 'healthy', value: 0 });
    await using long = await openProbe(redis, { ...length, expect: { above: 10 } });
    expect(await long.check(patient())).toEqual({ health: 'degraded', value: 0, detail: 'expected above 10, got 0' });
    const role = { socketPath, command: ['INFO', 'replication'] };
    await using master = await openProbe(redis, { ...role, expect: { contains: 'role:master' } });
    expect(await master.check(patient())).toMatchObject({ health: 'healthy' });
  });

  it('tells an error of the server from one of its own', async () => {
    await using set = await openProbe(redis, { socketPath, command: ['SET', 'a', 'text'] });
    await set.check(patient());
    await using wrong = await openProbe(redis, { socketPath, command: ['INCR', 'a'] });
    const detail = 'ERR value is not an integer or out of range';
    expect(await wrong.check(patient())).toEqual({ health: 'degraded', detail });
    await using nonsense = await openProbe(redis, { socketPath, command: ['PINGG'] });
    expect(await nonsense.check(patient())).toMatchObject({ health: 'unknown' });
    await using locked = await openProbe(redis, { socketPath, command: ['CONFIG', 'SET', 'requirepass', 'secret'] });
    await locked.check(patient());
    await using stranger = await openProbe(redis, { socketPath });
    expect(await stranger.check(patient())).toMatchObject({
      health: 'unknown',
      detail: expect.stringMatching(/NOAUTH/),
    });
    await using friend = await openProbe(redis, { socketPath, url: 'redis://default:secret@localhost' });
    expect(await friend.check(patient())).toMatchObject({ health: 'healthy' });
  });

  it('gives up on a server that stands still, and is back with it', async () => {
    await using probe = await openProbe(redis, { socketPath });
    expect(await probe.check(patient())).toMatchObject({ health: 'healthy' });
    server.child.kill('SIGSTOP');
    // On a connection that is open already, and on one that the kernel opens without the server.
    for (const _ of [1, 2]) {
      const waiting = probe.check(AbortSignal.timeout(200));
      expect(await waiting).toEqual({ health: 'degraded', detail: 'no answer before the time-out' });
    }
    server.child.kill('SIGCONT');
    expect(await probe.check(patient())).toEqual({ health: 'healthy', value: 'PONG' });
  });

  it('lets checks that wait on the same connection have their answer', async () => {
    await using probe = await openProbe(redis, { socketPath });
    await probe.check(patient());
    server.child.kill('SIGSTOP');
    const patientOne = probe.check(patient());
    const hasty = await probe.check(AbortSignal.timeout(200));
    expect(hasty.health).toBe('degraded');
    server.child.kill('SIGCONT');
    expect(await patientOne).toEqual({ health: 'healthy', value: 'PONG' });
  });

  it('is degraded while the server is gone, and healthy when it is back', async () => {
    await using probe = await openProbe(redis, { socketPath });
    expect(await probe.check(patient())).toMatchObject({ health: 'healthy' });
    await server[Symbol.asyncDispose]();
    await expect.poll(async () => (await probe.check(patient())).health, { timeout: 15_000 }).toBe('degraded');
    expect((await probe.check(patient())).detail).toMatch(/ECONNREFUSED|ENOENT/);
    server = await start();
    expect(await probe.check(patient())).toEqual({ health: 'healthy', value: 'PONG' });
  });

  it('makes a load of its commands', async () => {
    const load = recovery().loads.find(({ type }) => type === 'redis');
    const request = { socketPath, command: ['INCR', 'orders'] };
    const options = load?.options.parse({ request, arrivals: { kind: 'constant', rate: 200 } });
    const signal = new AbortController().signal;
    const context = { signal, clock: systemClock, random: seededRandom(1), log: silentLogger };
    const running = await load?.start(options, context);
    await using orders = await openProbe(redis, { socketPath, command: ['GET', 'orders'], expect: { atLeast: 10 } });
    await expect.poll(async () => (await orders.check(patient())).health, { timeout: 15_000 }).toBe('healthy');
    const done = await running?.stop();
    expect(done).toMatchObject({ degraded: 0, unknown: 0 });
  });

  it.each([
    [{ url: 'http://a' }, /^url: expected a redis:\/\/ or rediss:\/\/ URL/],
    [{ command: 'PING' }, /^command: expected an array: the command, then its arguments/],
    [{ command: [''] }, /^command\.0: expected the name of a command/],
    [{ expect: { contain: 'x' } }, /^expect: expected \{ equals: value \}/],
    [{ hots: 'x' }, /hots/],
  ])('refuses %j', (options, complaint) => {
    expect(issuesOf(redis, options).join('\n')).toMatch(complaint);
  });
});
