import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tcp } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';
import { issuesOf, openProbe, patient } from './open-probe.ts';

async function listen(onConnection: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    server,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('tcp probe', () => {
  it('is healthy when the connection opens, and closes it again', async () => {
    const closed = Promise.withResolvers<void>();
    await using service = await listen((socket) => socket.resume().on('close', () => closed.resolve()));
    await using probe = await openProbe(tcp, { port: service.port });
    expect(await probe.check(patient())).toEqual({ health: 'healthy' });
    await closed.promise;
  });

  it('sends, and is healthy as soon as the answer fits', async () => {
    await using service = await listen((socket) => {
      socket.setEncoding('utf8').on('data', (text) => {
        socket.write(String(text) === 'PING\r\n' ? '+PO' : 'what?');
        socket.write('NG\r\n');
      });
    });
    await using probe = await openProbe(tcp, { port: service.port, send: 'PING\r\n', expect: { equals: '+PONG\r\n' } });
    expect(await probe.check(patient())).toEqual({ health: 'healthy', value: '+PONG\r\n' });
  });

  it('reads a greeting without sending anything', async () => {
    await using service = await listen((socket) => socket.write('220 mail ready\r\n'));
    await using probe = await openProbe(tcp, { port: service.port, expect: { matches: '^220 ' } });
    expect(await probe.check(patient())).toMatchObject({ health: 'healthy' });
  });

  it('sends without expecting', async () => {
    const received = Promise.withResolvers<string>();
    await using service = await listen((socket) =>
      socket.setEncoding('utf8').on('data', (text) => received.resolve(String(text))),
    );
    await using probe = await openProbe(tcp, { port: service.port, send: 'hello' });
    expect(await probe.check(patient())).toEqual({ health: 'healthy' });
    expect(await received.promise).toBe('hello');
  });

  it('is degraded by a wrong answer when the peer then closes', async () => {
    await using service = await listen((socket) => socket.end('-ERR'));
    await using probe = await openProbe(tcp, { port: service.port, expect: { contains: 'PONG' } });
    const detail = 'expected text containing "PONG", got "-ERR"';
    expect(await probe.check(patient())).toEqual({ health: 'degraded', value: '-ERR', detail });
  });

  it('is degraded when the connection is refused', async () => {
    const service = await listen(() => {});
    await service[Symbol.asyncDispose]();
    await using probe = await openProbe(tcp, { port: service.port });
    const detail = `connect ECONNREFUSED 127.0.0.1:${service.port}`;
    expect(await probe.check(patient())).toEqual({ health: 'degraded', detail });
  });

  it('ends at once when aborted, tells silence from a wrong answer, and lets go of the socket', async () => {
    const controller = new AbortController();
    await using service = await listen((socket) => socket.write('wait', () => setImmediate(() => controller.abort())));
    const connection = once(service.server, 'connection');
    await using silent = await openProbe(tcp, { port: service.port, expect: { equals: 'go' } });
    const result = await silent.check(controller.signal);
    expect(result.health).toBe('degraded');
    expect(result.detail).toContain('no answer before the time-out');
    const [socket] = await connection;
    await expect.poll(() => socket.destroyed).toBe(true);
  });

  it.each([
    [{}, /^port: /],
    [{ port: 0 }, /^port: /],
    [{ port: 70_000 }, /^port: /],
    [{ port: 80, expect: { equal: 'x' } }, /^expect: expected one of \{ equals: text \}/],
    [{ port: 80, hots: 'x' }, /hots/],
  ])('refuses %j', (options, complaint) => {
    expect(issuesOf(tcp, options).join('\n')).toMatch(complaint);
  });
});
