import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { watchConnections } from '@bridge/chaos-injectors/app';
import { describe, expect, it } from 'vitest';
import { board } from '../../src/app/board.ts';
import { faultByVerbs } from './fault-by-verbs.ts';
import { liveEngine } from './live-engine.ts';
import { localServer } from './local-server.ts';

const target = { app: 'self' } as const;

async function echoServer(): Promise<{ readonly port: number } & AsyncDisposable> {
  const accepted = new Set<Socket>();
  const server = createServer((socket) => {
    accepted.add(socket);
    socket.on('error', () => undefined).pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP server');
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      for (const socket of accepted) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function connected(port: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host });
  await once(socket, 'connect');
  return socket;
}

describe('app.socket', () => {
  it('refuses new connections with the error of a real one', async () => {
    await using live = await liveEngine();
    await using server = await echoServer();
    const params = { scope: 'process', match: { port: server.port }, effect: { kind: 'refuse' } } as const;
    await using _fault = await live.inject({ type: 'app.socket', target, params });
    await expect(connected(server.port)).rejects.toMatchObject({
      message: `connect ECONNREFUSED 127.0.0.1:${server.port}`,
      code: 'ECONNREFUSED',
      syscall: 'connect',
      address: '127.0.0.1',
      port: server.port,
    });
  });

  it('knows the name that was looked up, and reaches fetch too', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    const params = { scope: 'process', match: { host: 'localhost' }, effect: { kind: 'refuse' } } as const;
    await using _fault = await live.inject({ type: 'app.socket', target, params });
    const byName = fetch(`http://localhost:${server.port}/`);
    await expect(byName).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    expect((await fetch(server.url)).status).toBe(200);
  });

  it('resets open connections of a watched process, and new ones', async () => {
    using _watching = watchConnections();
    await using live = await liveEngine();
    await using server = await echoServer();
    const open = await connected(server.port);
    const ended = once(open, 'close').catch((thrown: unknown) => thrown);
    const params = { scope: 'process', match: { port: server.port }, effect: { kind: 'reset' } } as const;
    await using _fault = await live.inject({ type: 'app.socket', target, params });
    expect(await ended).toMatchObject({ code: 'ECONNRESET', syscall: 'read' });
    const fresh = await connected(server.port);
    const [error] = await once(fresh, 'error');
    expect(error).toMatchObject({ code: 'ECONNRESET' });
  });

  it('spares a connection that is only made after the end', async () => {
    await using server = await echoServer();
    const fault = await faultByVerbs('app.socket', {
      scope: 'process',
      match: { port: server.port },
      effect: { kind: 'reset' },
    });
    const socket = connect({ port: server.port, host: '127.0.0.1' });
    await once(socket, 'connectionAttempt');
    // Ended within this turn: no connection can be there by now.
    const ending = board.end(fault.id);
    socket.end('hello');
    expect((await socket.toArray()).join('')).toBe('hello');
    await ending;
  });

  it('holds both directions, loses nothing, and leaves the socket as it was', async () => {
    using _watching = watchConnections();
    await using live = await liveEngine();
    await using server = await echoServer();
    const socket = (await connected(server.port)).setEncoding('utf8');
    socket.write('before ');
    await once(socket, 'data');
    const own = Object.getOwnPropertyNames(socket);
    const params = { scope: 'process', match: { port: server.port }, effect: { kind: 'hold' } } as const;
    const fault = await live.inject({ type: 'app.socket', target, params });
    let heard = '';
    socket.on('data', (text) => {
      heard += text;
    });
    socket.write('one ');
    socket.write('two ');
    const other = connect({ port: server.port, host: '127.0.0.1' });
    other.end('three');
    await once(other, 'connect');
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(heard).toBe('');
    await fault.revert();
    await expect.poll(() => heard).toBe('one two ');
    expect((await other.toArray()).join('')).toBe('three');
    expect(Object.getOwnPropertyNames(socket)).toEqual(own);
    socket.destroy();
  });

  it('keeps no listener on sockets once nobody watches', async () => {
    await using live = await liveEngine();
    await using server = await echoServer();
    const params = { scope: 'process', match: { port: 1 }, effect: { kind: 'refuse' } } as const;
    const fault = await live.inject({ type: 'app.socket', target, params });
    const during = await connected(server.port);
    await fault.revert();
    const after = await connected(server.port);
    expect(['lookup', 'connectionAttempt', 'close'].map((event) => during.listenerCount(event))).toEqual(
      ['lookup', 'connectionAttempt', 'close'].map((event) => after.listenerCount(event)),
    );
    during.destroy();
    after.destroy();
  });

  it('must be told where to', async () => {
    await using live = await liveEngine();
    const params = { scope: 'process', match: {}, effect: { kind: 'refuse' } } as const;
    await expect(live.inject({ type: 'app.socket', target, params })).rejects.toThrow('expected a host or a port');
  });
});
