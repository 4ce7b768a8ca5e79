import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { docker, nodeImage, startContainer, type TestContainer } from '../../docker-engine/index.ts';

const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
const EXAMPLE = `${WORKSPACE}/examples/compose`;
const SOCKET = (process.env['DOCKER_HOST'] ?? '').replace('unix://', '');

const composeFile = z.object({
  services: z.object({
    api: z.object({ command: z.array(z.string()) }),
    chaos: z.object({ environment: z.record(z.string(), z.string()), volumes: z.array(z.string()) }),
  }),
});
const { services } = composeFile.parse(parse(await readFile(`${EXAMPLE}/compose.yaml`, 'utf8')));

/** The services of compose.yaml, from an image that needs no registry, with the packages of this workspace. */
async function up(made: AsyncDisposableStack): Promise<{ readonly api: TestContainer; readonly chaos: TestContainer }> {
  const project = `example-${randomUUID().slice(0, 8)}`;
  const image = await nodeImage();
  const compose = { project, service: 'api' };
  const api = made.use(await startContainer({ image, compose, command: services.api.command }));
  const volume = `${project}-state`;
  await docker(['volume', 'create', volume]);
  made.defer(async () => void (await docker(['volume', 'rm', '--force', volume])));
  const chaos = made.use(
    await startContainer({
      image,
      compose: { project, service: 'chaos' },
      command: ['node', '-C', '@bridge/source', `${EXAMPLE}/chaos.ts`],
      env: { ...services.chaos.environment, PROJECT: project, URL: `http://${await api.address()}:8080/` },
      binds: [
        `${WORKSPACE}:${WORKSPACE}:ro`,
        ...services.chaos.volumes.map((mount) =>
          mount.replace('/var/run/docker.sock:', `${SOCKET}:`).replace('state:', `${volume}:`),
        ),
      ],
    }),
  );
  return { api, chaos };
}

const guardians = (of: TestContainer) =>
  docker(['ps', '--all', '--quiet', '--filter', `label=bridge.chaos.engine=${of.id}`]);

describe('the Compose example', () => {
  it('freezes its neighbour and tells the verdict', async () => {
    await using made = new AsyncDisposableStack();
    const { api, chaos } = await up(made);
    const code = await docker(['wait', chaos.id]);
    const output = await docker(['logs', chaos.id]);
    expect(output).toContain('api: 1 of 1 fine, needs nothing');
    expect(output).toContain('every fault proven undone (1)');
    expect(output).toMatch(/users were hit for \d/);
    // On a busy machine the sampler rightly calls its own checks too late: then there is no verdict, and the code says so.
    expect(code).toBe(output.includes('PASS api freezes') ? '0' : '1');
    expect(await api.status()).toBe('running');
  });

  it('may be killed with docker kill while its neighbour is frozen', async () => {
    await using made = new AsyncDisposableStack();
    const { api, chaos } = await up(made);
    await expect.poll(() => api.status(), { timeout: 60_000, interval: 50 }).toBe('paused');
    await docker(['kill', chaos.id]);
    await expect.poll(() => api.status(), { timeout: 60_000, interval: 50 }).toBe('running');
    await expect.poll(() => guardians(chaos), { timeout: 60_000, interval: 100 }).toBe('');
  });
});
