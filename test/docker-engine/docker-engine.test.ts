import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { docker, nodeImage, ownEngine, startContainer } from './index.ts';

describe('a container of a test', () => {
  test('runs, carries its labels, and is removed with its scope', async () => {
    let id: string;
    {
      await using container = await startContainer({
        labels: { tier: 'front' },
        compose: { project: 'shop', service: 'web' },
      });
      id = container.id;
      expect(await container.status()).toBe('running');
      const filters = ['--filter', 'label=tier=front', '--filter', 'label=com.docker.compose.service=web'];
      expect(await docker(['ps', '--quiet', '--no-trunc', ...filters])).toBe(id);
    }
    await expect(docker(['inspect', id])).rejects.toThrow(/No such object/);
  });

  test('is removed while paused', async () => {
    let id: string;
    {
      await using container = await startContainer();
      id = container.id;
      await docker(['pause', id]);
      expect(await container.status()).toBe('paused');
    }
    await expect(docker(['inspect', id])).rejects.toThrow(/No such object/);
  });

  test('answers at its own address and at its published port', async () => {
    const command = ['sh', '-c', 'echo hello > /tmp/index.html; exec httpd -f -p 80 -h /tmp'];
    await using web = await startContainer({ command, publish: [80] });
    await expect.poll(async () => get(await web.address(), 80)).toBe('hello\n');
    expect(await get('127.0.0.1', await web.publishedPort(80))).toBe('hello\n');
  });

  test('can have the Node.js that runs the tests', async () => {
    await using container = await startContainer({ image: await nodeImage() });
    expect(await container.exec('node', '--version')).toBe(process.version);
  });
});

describe('an engine of a test', () => {
  test('can be killed and started again under a container that goes on', async () => {
    let host: string;
    {
      await using engine = await ownEngine({ liveRestore: true });
      host = engine.host;
      await using container = await startContainer({ host, network: 'none' });
      const before = await container.inspect();
      await engine.stop('SIGKILL');
      await expect(container.status()).rejects.toThrow(/Cannot connect/);
      await engine.start();
      const after = await container.inspect();
      expect(after.State.Pid).toBe(before.State.Pid);
    }
    expect(existsSync(host.replace('unix://', ''))).toBe(false);
  });
});

function get(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ host, port, timeout: 2_000 }, (response) => resolve(text(response)))
      .once('error', reject)
      .end();
  });
}
