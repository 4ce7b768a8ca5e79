import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosEngine, type ChaosPlugin } from '@bridge/chaos-core';
import { recovery } from '@bridge/chaos-recovery';
import { describe, expect, test } from 'vitest';
import { keepUnlessSecret, keptExperiment } from '../src/host/kept-experiment.ts';
import { memoryIo } from './support/memory-io.ts';
import { type Workspace, workspace } from './support/workspace.ts';

const PATIENCE = { timeout: 120_000 };

const NOTHING = { name: 'nothing', faults: [{ delay: '1ms' }] };

/** Hides nothing and looks at a file, with a header that no file has. */
const looking = (text: string) => ({
  ...NOTHING,
  secrets: { token: { env: 'TOKEN' } },
  steadyState: {
    probes: [{ name: 'api', type: 'http', url: 'http://127.0.0.1:1/', headers: { authorization: text } }],
  },
});

async function kept(folder: Workspace, input: object): Promise<string | undefined> {
  const plugins: readonly ChaosPlugin[] = [recovery()];
  await using engine = new ChaosEngine({ plugins, state: join(folder.path, 'engine'), service: 'test', armed: true });
  await engine.start();
  const run = engine.run(engine.parse(input));
  run.abort('only what it was told counts here');
  await keepUnlessSecret(folder.path, engine, run);
  await run.report;
  const source = await keptExperiment(memoryIo({ cwd: folder.path }), folder.path, run.id);
  return source?.kind === 'text' ? source.text : undefined;
}

describe('the experiment of a run that nobody wrote down', PATIENCE, () => {
  test.each([
    ['nothing secret', NOTHING],
    ['where a secret is', { ...NOTHING, secrets: { key: { env: 'KEY' }, other: { file: '/run/secrets/other' } } }],
    ['where a password is', { ...NOTHING, configuration: { password: { env: 'PASSWORD' } } }],
    ['a template for a token', looking('Bearer ${secrets.token}')],
  ])('is kept with %s in it', async (_, input) => {
    await using folder = await workspace();
    expect(JSON.parse((await kept(folder, input)) ?? 'null')).toMatchObject({ name: 'nothing' });
  });

  test.each([
    ['a secret', { ...NOTHING, secrets: { key: 'hunter2' } }],
    ['a secret for when there is no other', { ...NOTHING, secrets: { key: { env: 'KEY', default: 'hunter2' } } }],
    ['a password', { ...NOTHING, configuration: { password: 'hunter2' } }],
    ['what looks like a token', looking('Bearer hunter2.hunter2')],
    ['a password beside a template', looking('postgres://me:hunter2@${secrets.token}/')],
  ])('is not kept with %s in it', async (_, input) => {
    await using folder = await workspace();
    expect(await kept(folder, input)).toBeUndefined();
    expect(await readdir(folder.path)).not.toContain('runs');
  });
});
