import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { docker, nodeImage, startContainer } from '../docker-engine/index.ts';
import type { Birth } from './victim/order.ts';
import { killContainer } from './world/docker-api.ts';
import { eventually } from './world/eventually.ts';
import { type Breakage, breakages, type Subject } from './world/subject.ts';

const WORKSPACE = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const VICTIM = fileURLToPath(new URL('./victim/main.ts', import.meta.url));
const SOCKET = (process.env['DOCKER_HOST'] ?? '').replace('unix://', '');
const PATIENCE = 90_000;

/** The text of the journal, which lies on a mount and so can be read from outside. */
async function journal(state: string): Promise<string> {
  const live = join(state, 'live');
  const names = await readdir(live).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(live, name), 'utf8').catch(() => '')));
  return texts.join('');
}

/** When the container is killed: where its engine stands still. */
const MOMENTS = [
  ['is about to inject', 'inject:before'],
  ['has injected', 'inject:after'],
  ['has seen the effect', 'fault:effective'],
] as const;

async function startVictim(state: string, { type }: Breakage, { selector: target, params }: Subject, step: string) {
  const birth: Birth = {
    state,
    registry: join(state, 'proxies'),
    lease: 10_000,
    guardian: 'auto',
    order: { type, target, params, signal: 'none', guardianToo: false, strike: { when: 'step', step } },
  };
  return await startContainer({
    image: await nodeImage(),
    command: ['node', '-C', '@bridge/source', VICTIM, JSON.stringify(birth)],
    binds: [`${WORKSPACE}:${WORKSPACE}:ro`, `${SOCKET}:/var/run/docker.sock`, `${state}:${state}`],
  });
}

const guardianOf = (id: string) => docker(['ps', '--all', '--quiet', '--filter', `label=bridge.chaos.engine=${id}`]);

const faults = breakages('').filter(({ type }) => type.startsWith('container.'));

const standsStill = async (id: string) => (await docker(['logs', id])).includes('"say":"struck"');

describe.each(MOMENTS)('docker kill of the engine’s own container when it %s', (_moment, step) => {
  it.concurrent.each(faults)(
    'leaves nothing of $type',
    async (breakage) => {
      await using subject = await breakage.make();
      const before = await subject.witness();
      const state = await mkdtemp(join(tmpdir(), 'chaos-contained-'));
      await using victim = await startVictim(state, breakage, subject, step);
      await eventually(() => standsStill(victim.id), PATIENCE, 'the engine to stand still');
      await killContainer(victim.id);
      const journalIsEmpty = async () => (await journal(state)) === '';
      await eventually(journalIsEmpty, PATIENCE, 'the guardian to settle the entry');
      await eventually(async () => (await guardianOf(victim.id)) === '', PATIENCE, 'the guardian to leave');
      expect(await subject.witness()).toEqual(before);
      await rm(state, { recursive: true, force: true });
    },
    2 * PATIENCE,
  );
});
