import { access, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosEngine, coreJudge, defineCard, drill, type Random, seededRandom } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  defineAction,
  definePlaybook,
  type Finding,
  learnFromDrill,
  metric,
  openTemplateBook,
  playbooks,
  playbookVersion,
  recovery,
  step,
} from '../../src/index.ts';
import marks from '../federation/marks-plugin.ts';
import { temporaryFolder } from '../probe/server/temporary-folder.ts';

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/**
 * A service that works unless there is a file called "broken" in its folder, a fault that puts it there for so long, a
 * playbook that removes it, and a book.
 */
async function world({ hold }: { readonly hold: '3s' | '1m' }) {
  const root = await temporaryFolder();
  const service = join(root.path, 'service');
  await mkdir(service);
  const broken = join(service, 'broken');
  const engine = new ChaosEngine({
    plugins: [marks(), recovery()],
    armed: true,
    guardian: 'none',
    signals: false,
    lease: '1s',
    state: join(root.path, 'state'),
    // How fast this machine is matters to nobody here.
    judge: coreJudge({ lagFloor: 60_000, leastRate: 0.01 }),
  });
  await engine.start();
  const isMended = async (): Promise<Finding> =>
    (await exists(broken)) ? { is: 'bad', detail: 'the file is there' } : { is: 'good' };
  const clean = defineAction({
    name: 'clean',
    effect: 'changes',
    options: z.strictObject({}),
    undo: z.strictObject({}),
    prepare: async () => ({}),
    run: async () => {
      await rm(broken, { force: true });
      return {};
    },
    verify: isMended,
    async revert() {},
  });
  const look = defineAction({
    name: 'look',
    effect: 'reads',
    options: z.strictObject({}),
    undo: z.strictObject({}),
    prepare: async () => ({}),
    run: async () => ({}),
    verify: isMended,
    async revert() {},
  });
  const mend = definePlaybook({
    name: 'mend',
    on: ['*'],
    steps: [step('clean', clean, {})],
    verify: [{ action: 'look' }],
    coolDown: 0,
  });
  const repair = await playbooks({
    playbooks: [mend],
    actions: [clean, look],
    folder: join(root.path, 'runs'),
    signals: engine,
  });
  const book = await openTemplateBook({ file: join(root.path, 'book.jsonl') });
  const works = metric('works', async () => ((await exists(broken)) ? 0 : 1));
  const steady = works({ name: 'service', every: '20ms', timeout: '10s', expect: { atLeast: 1 } });
  const card = defineCard({
    id: 'T1',
    name: 'a broken folder',
    category: 'test',
    hypothesis: 'it is mended',
    risk: 1,
    owner: 'nobody',
    drill: {
      target: 'service',
      experiment: {
        steadyState: { probes: [steady], objectives: [{ probe: 'service', success: 0.9 }] },
        baseline: '300ms',
        faults: [{ type: 'folder.mark', target: { folder: service }, params: {}, for: hold }],
        recovery: { within: '20s', hold: '300ms' },
      },
      blastRadius: { targets: 1 },
      effect: 'injector',
      rollback: {},
    },
  });
  /** The detector: a look at what users see, that calls for the playbook. */
  const detecting = engine.on('probe:changed', ({ data }) => {
    if (data.health !== 'degraded') return;
    void repair.handle({ trigger: 'service-down', group: 'service', cause: 'file', severity: 'major', data: {} });
  });
  return {
    engine,
    repair,
    book,
    mend,
    drilled: (random: Random, share: number) =>
      learnFromDrill({ book, playbooks: repair, kindOf: () => 'service', random, share }, () =>
        drill(engine, card, { version: 'sha256:a' }),
      ),
    async [Symbol.asyncDispose]() {
      detecting[Symbol.dispose]();
      await repair.close();
      await engine.close();
      await root[Symbol.asyncDispose]();
    },
  };
}

const KEY = { trigger: 'service-down', cause: 'file', severity: 'major', kind: 'service' } as const;

describe('a drill teaches the book by itself', { timeout: 120_000 }, () => {
  it('what a playbook did that brought the service back while the fault would have gone on', async () => {
    await using scene = await world({ hold: '1m' });
    const { arm, learnt, record } = await scene.drilled(seededRandom(1), 0);
    expect(arm).toBe('action');
    expect(record.report?.marks.impact).not.toBeNull();
    expect(learnt).toEqual([
      expect.objectContaining({
        key: KEY,
        playbook: 'mend',
        version: playbookVersion(scene.mend),
        arm: 'action',
        outcome: 'resolved',
        faultEndedAt: null,
        digest: 'sha256:a',
        operator: false,
      }),
    ]);
    expect(learnt[0]?.actedAt).toEqual(expect.any(Number));
    expect(scene.book.advise(KEY, 'sha256:a')).toMatchObject([{ playbook: 'mend', attributable: 1, successes: 1 }]);
  });

  it('what happens without action, in the share that is left alone', async () => {
    await using scene = await world({ hold: '3s' });
    const { arm, learnt } = await scene.drilled(seededRandom(1), 1);
    expect(arm).toBe('no-action');
    expect(learnt).toMatchObject([{ playbook: 'mend', arm: 'no-action', actedAt: null, outcome: 'resolved' }]);
    expect(scene.repair.held).toBeUndefined();
    expect(scene.book.effect(KEY, 'sha256:a')).toMatchObject({ withAction: 0, withoutAction: 1 });
    expect(scene.book.advise(KEY, 'sha256:a')).toEqual([]);
  });

  it('nothing of a drill that broke nothing; and whoever held the playbooks still does', async () => {
    await using scene = await world({ hold: '3s' });
    scene.repair.hold('maintenance');
    await scene.engine.emergencyStop('pager');
    const { arm, learnt, record } = await scene.drilled(seededRandom(1), 1);
    expect(record.outcome).toBe('not-run');
    expect(arm).toBe('action');
    expect(learnt).toEqual([]);
    expect(scene.repair.held).toBe('maintenance');
  });
});
