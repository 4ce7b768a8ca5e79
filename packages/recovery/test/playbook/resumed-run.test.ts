import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { definePlaybook, type Outcome, type Playbook, playbooks, step } from '../../src/index.ts';
import { counted, fixPlaybook } from './killed-scene.ts';
import { expectValue, type Folder, testFolder, writeValue } from './scene.ts';

const HOST = fileURLToPath(new URL('killed-host.ts', import.meta.url));

interface Killed {
  readonly runs: string;
  readonly file: string;
  readonly log: string;
}

/** A host that was killed with SIGKILL in the middle of its playbook's only step. */
async function killedHost(folder: Folder, stop: 'before' | 'after'): Promise<Killed> {
  const [runs, file, log] = ['runs', 'value', 'log'].map((name) => join(folder.path, name)) as [string, string, string];
  await writeFile(file, 'broken');
  const child = spawn(process.execPath, ['--conditions=@bridge/source', HOST, runs, file, log, stop], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout, 'data');
  expect(String(said)).toBe('standing still\n');
  child.kill('SIGKILL');
  await once(child, 'exit');
  return { runs, file, log };
}

/** Goes on with what the killed host left. */
async function resume({ runs, log }: Killed, playbook: Playbook): Promise<{ outcome: Outcome; attempts: string[] }> {
  await using engine = await playbooks({
    playbooks: [playbook],
    actions: [counted(log, writeValue), expectValue],
    folder: runs,
  });
  await expect.poll(() => engine.recent.map(({ type }) => type), { timeout: 15_000 }).toContain('playbook:ended');
  const outcome = engine.recent.flatMap((event) => (event.type === 'playbook:ended' ? [event.data.outcome] : []))[0];
  return { outcome: outcome ?? 'inconclusive', attempts: (await readFile(log, 'utf8')).trim().split('\n') };
}

test('what a crash cut off after its work was done is not done again', async () => {
  await using folder = await testFolder();
  const killed = await killedHost(folder, 'after');
  const { outcome, attempts } = await resume(killed, fixPlaybook(killed.file));
  expect(outcome).toBe('resolved');
  expect(attempts).toHaveLength(1);
  expect(await readFile(killed.file, 'utf8')).toBe('fixed');
});

test('what a crash cut off before its work was done is done, under the same key', async () => {
  await using folder = await testFolder();
  const killed = await killedHost(folder, 'before');
  const { outcome, attempts } = await resume(killed, fixPlaybook(killed.file));
  expect(outcome).toBe('resolved');
  expect(attempts).toHaveLength(2);
  expect(attempts[0]).toBe(attempts[1]);
  expect(await readFile(killed.file, 'utf8')).toBe('fixed');
});

test('a playbook that was changed meanwhile is not gone on with: what its run did is put back', async () => {
  await using folder = await testFolder();
  const killed = await killedHost(folder, 'after');
  expect(await readFile(killed.file, 'utf8')).toBe('fixed');
  const changed = definePlaybook({
    name: 'fix',
    on: ['queue-depth'],
    steps: [step('other', writeValue, { file: killed.file, value: 'something else' })],
    verify: [{ action: 'expect_value', with: { file: killed.file, values: ['fixed'] } }],
  });
  const { outcome } = await resume(killed, changed);
  expect(outcome).toBe('aborted');
  expect(await readFile(killed.file, 'utf8')).toBe('broken');
});

test('a run that has ended is not begun again by the next start', async () => {
  await using folder = await testFolder();
  const killed = await killedHost(folder, 'after');
  await resume(killed, fixPlaybook(killed.file));
  await using engine = await playbooks({
    playbooks: [fixPlaybook(killed.file)],
    actions: [counted(killed.log, writeValue), expectValue],
    folder: killed.runs,
  });
  expect(engine.active).toEqual([]);
  expect(engine.recent).toEqual([]);
});
