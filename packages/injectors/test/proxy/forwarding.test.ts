import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type ProxyOptions, proxy } from '../../src/proxy/plugin.ts';
import { Client, connectOutcome } from './client.ts';
import { inject } from './inject.ts';
import { echo, upstream } from './upstream.ts';

const MODES = [
  ['in a child process', {}],
  ['in this process', { inProcess: true }],
] as const;

const run = promisify(execFile);

const start = (options: Pick<ProxyOptions, 'name' | 'upstream'>, mode: object) => proxy({ ...options, ...mode });

describe.each(MODES)('a fault proxy %s without faults', (_where, mode) => {
  it('forwards both ways and byte for byte, however slowly the receiver reads', async () => {
    await using server = await echo();
    await using db = await start({ name: 'bytes', upstream: server.port }, mode);
    using client = await Client.connect(db.port);
    const sent = randomBytes(16 * 2 ** 20);
    client.socket.pause();
    client.socket.write(sent);
    client.socket.end();
    (await server.socket(0)).once('data', () => client.socket.resume());
    expect((await client.until(sent.length)).equals(sent)).toBe(true);
  });

  it('mixes up no bytes of many connections whose receivers are slow in turns', async () => {
    await using server = await echo();
    await using db = await start({ name: 'many', upstream: server.port }, mode);
    const sent = Array.from({ length: 6 }, () => randomBytes(4 * 2 ** 20));
    const clients = await Promise.all(sent.map(() => Client.connect(db.port)));
    for (const [index, client] of clients.entries()) {
      client.socket.pause();
      client.socket.write(sent[index] ?? '');
    }
    for (const [index, client] of clients.entries()) {
      client.socket.resume();
      expect((await client.until(4 * 2 ** 20)).equals(sent[index] ?? Buffer.alloc(0))).toBe(true);
      client.socket.destroy();
    }
  });

  it('mixes up no bytes of many uploads to servers that are slow in turns', async () => {
    await using server = await upstream((socket) => socket.pause());
    await using db = await start({ name: 'uploads', upstream: server.port }, mode);
    const sent = Array.from({ length: 4 }, () => randomBytes(8 * 2 ** 20));
    for (const [index, bytes] of sent.entries()) {
      const client = await Client.connect(db.port);
      client.socket.end(bytes);
      // The order of the connections is that of what is sent.
      await server.socket(index);
    }
    for (const [index, bytes] of sent.entries()) {
      const receiver = await server.socket(index);
      expect((await buffer(receiver)).equals(bytes)).toBe(true);
      receiver.end();
    }
  });

  it('lets a client that has finished sending still receive the answer', async () => {
    await using server = await upstream((socket) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('end', () => socket.end(`got ${Buffer.concat(chunks)}`));
    });
    await using db = await start({ name: 'half', upstream: server.port }, mode);
    using client = await Client.connect(db.port);
    client.socket.end('question');
    await once(client.socket, 'end');
    expect(client.received.toString()).toBe('got question');
    expect(await client.closed).toBeUndefined();
  });

  it('lets a server that has finished sending still receive', async () => {
    const received = Promise.withResolvers<string>();
    await using server = await upstream((socket) => {
      socket.end('hello');
      socket.once('data', (chunk: Buffer) => received.resolve(chunk.toString()));
    });
    await using db = await start({ name: 'half-down', upstream: server.port }, mode);
    using client = await Client.connect(db.port);
    await once(client.socket, 'end');
    client.socket.end('late');
    expect(await received.promise).toBe('late');
  });

  it('resets the client at once when the upstream refuses', async () => {
    const server = await echo();
    const { port } = server;
    await server[Symbol.asyncDispose]();
    await using db = await start({ name: 'dead', upstream: port }, mode);
    using client = await Client.connect(db.port);
    expect(await client.closed).toBe('ECONNRESET');
  });

  it('passes a reset on in either direction', async () => {
    await using server = await echo();
    await using db = await start({ name: 'rst', upstream: server.port }, mode);
    using first = await Client.connect(db.port);
    await first.ping();
    (await server.socket(0)).resetAndDestroy();
    expect(await first.closed).toBe('ECONNRESET');

    using second = await Client.connect(db.port);
    await second.ping();
    const failed = once(await server.socket(1), 'error');
    second.socket.resetAndDestroy();
    expect((await failed)[0]).toMatchObject({ code: 'ECONNRESET' });
  });

  it('lists its connections with their bytes, and closes them when it is closed', async () => {
    await using server = await echo();
    const db = await start({ name: 'list', upstream: server.port }, mode);
    using client = await Client.connect(db.port);
    await client.ping('12345');
    expect(await db.connections()).toMatchObject([{ id: 1, bytes: { upstream: 5, downstream: 5 } }]);
    const ended = once(client.socket, 'end');
    await db.close();
    await db.close();
    await db.closed;
    await ended;
    expect(await connectOutcome(db.port)).toBe('ECONNREFUSED');
  });

  it('answers its control requests while the upstream answers no connect', async () => {
    // TEST-NET-1 (RFC 5737): never answers; without a route it fails at once, and control answers all the same.
    await using db = await start({ name: 'silent', upstream: '192.0.2.1:9' }, mode);
    using _client = await Client.connect(db.port);
    const slow = await inject('silent', 'proxy.latency', { delay: '50ms' });
    expect(await slow.observe()).toBe('present');
    await slow.revert();
    expect(await slow.observe()).toBe('absent');
  });
});

describe('proxy()', () => {
  it('keeps no process alive, except one that waits for its close', async () => {
    const entry = fileURLToPath(new URL('./closer.ts', import.meta.url));
    const { stdout } = await run(process.execPath, ['-C', '@bridge/source', entry]);
    expect(stdout).toBe('closed\n');
  });

  it('says what is wrong with an address', async () => {
    await expect(proxy({ name: 'x', upstream: 'nowhere' })).rejects.toMatchObject({
      code: 'CHAOS_OPTIONS_INVALID',
      message: expect.stringContaining('"upstream" expected "host:port"'),
    });
  });

  it.each(MODES)('says why it cannot listen %s', async (_where, mode) => {
    await using server = await echo();
    await expect(proxy({ name: 'x', upstream: 1, listen: server.port, ...mode })).rejects.toMatchObject({
      code: 'CHAOS_PROXY_CANNOT_START',
      message: expect.stringContaining('EADDRINUSE'),
    });
  });
});
