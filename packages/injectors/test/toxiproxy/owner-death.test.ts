import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { proxies } from '../../src/proxy/plugin.ts';
import { toxiproxyServer } from '../../src/toxiproxy/toxiproxy-server.ts';
import { faultContext } from '../fault-context.ts';
import { Client, connectOutcome } from '../proxy/client.ts';
import { echo } from '../proxy/upstream.ts';
import { Api } from './api.ts';

const OWNER = fileURLToPath(new URL('./owner.ts', import.meta.url));

async function startOwner(linger = 60_000): Promise<{ api: Api; kill: () => Promise<void> }> {
  const child = spawn(process.execPath, ['-C', '@bridge/source', OWNER, '0', String(linger)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { port, pid }: { port: number; pid: number } = JSON.parse(line);
  const unused = async (): Promise<void> => {};
  const url = `http://127.0.0.1:${port}`;
  const closed = new Promise<void>(() => {});
  const api = new Api({ url, host: '127.0.0.1', port, pid, closed, close: unused, [Symbol.asyncDispose]: unused });
  const kill = async (): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    while (JSON.parse((await api.ask('GET', '/chaos/tenure')).text).owned);
  };
  return { api, kill };
}

it('SIGKILL of the owner: toxics end, what is disabled comes back, connections go on, nothing new is taken', async () => {
  await using server = await echo();
  const { api, kill } = await startOwner();
  const port = await api.proxy('slow', server.port);
  const off = await api.proxy('off', server.port);
  await api.ask('PATCH', '/proxies/off', { enabled: false });
  using client = await Client.connect(port);
  await client.ping();
  await api.toxic('slow', 'latency', { latency: 600_000 });
  client.socket.write('held');
  await kill();
  expect((await client.until(8)).toString()).toBe('pingheld');
  using back = await Client.connect(off);
  expect(await back.ping()).toBe('ping');
  const refused = await api.ask('POST', '/proxies', { name: 'late', upstream: 'a:1' });
  expect([refused.status, refused.text]).toEqual([503, expect.stringContaining('is gone')]);

  await using heir = await toxiproxyServer({ port: api.server.port });
  expect(heir.pid).toBe(api.server.pid);
  expect((await api.ask('GET', '/proxies')).text).toBe('{}');
  await expect(toxiproxyServer({ port: heir.port })).rejects.toThrow('has an owner');
  // The same proxy again is the one that stands; one that is not wanted any more makes room.
  expect(await api.proxy('slow', server.port, { listen: `127.0.0.1:${port}` })).toBe(port);
  expect(await client.ping()).toBe('ping');
  await api.toxic('slow', 'reset_peer', { timeout: 0 });
  expect(await client.closed).toBe('ECONNRESET');
});

it('a server whose owner died ends once nobody used it for its linger time', async () => {
  await using server = await echo();
  const { api, kill } = await startOwner(200);
  const port = await api.proxy('db', server.port);
  {
    using client = await Client.connect(port);
    await client.ping();
    await kill();
    await client.ping();
  }
  while ((await connectOutcome(api.server.port)) === 'connected');
  expect(await connectOutcome(port)).toBe('ECONNREFUSED');
});

it('its proxies are targets of our own faults, through a registry', async () => {
  await using server = await echo();
  const registry = await mkdtemp(join(tmpdir(), 'chaos-registry-'));
  {
    await using api = new Api(await toxiproxyServer({ port: 0, registry }));
    using client = await Client.connect(await api.proxy('db', server.port));
    await client.ping();
    const plugin = proxies({ registry });
    const [target] = await plugin.targets[0].find('db', faultContext());
    if (target === undefined) throw new Error('no target');
    const reset = plugin.faults[3];
    const params = reset.params.parse({});
    const undo = await reset.prepare(target, params, faultContext());
    await reset.inject(target, params, undo, faultContext());
    expect(await client.closed).toBe('ECONNRESET');
    await reset.revert(undo, faultContext());
    expect(await reset.observe(undo, faultContext())).toBe('absent');
  }
  expect(await readdir(registry)).toEqual([]);
  await rm(registry, { recursive: true, force: true });
});

it('says which place is taken', async () => {
  await using other = await echo();
  for (const runsIn of ['child', 'thread', 'here'] as const) {
    await expect(toxiproxyServer({ port: other.port, runsIn })).rejects.toMatchObject({
      code: 'CHAOS_PROXY_CANNOT_START',
      message: expect.stringContaining('EADDRINUSE'),
    });
  }
});
