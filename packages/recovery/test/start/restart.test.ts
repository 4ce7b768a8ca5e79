import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startFromConfig } from '../../src/index.ts';
import { temporaryFolder } from '../probe/server/temporary-folder.ts';
import { paced } from './paced.ts';

const HOST = new URL('./paced-host.ts', import.meta.url).pathname;

/** Runs the service until its monkey has broken the folder once, and kills it. */
async function liveAndDie(state: string, folder: string, limit: string): Promise<void> {
  const host = spawn(process.execPath, ['--conditions=@bridge/source', HOST, state, folder, limit], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(host, 'close');
  try {
    await Promise.race([once(host.stdout, 'data'), closed.then(() => Promise.reject(new Error('ended by itself')))]);
  } finally {
    host.kill('SIGKILL');
  }
  await closed;
}

/** What the next life of the service does first: break the folder again, or keep from it and say why. */
async function nextLife(state: string, folder: string, limit: string): Promise<string> {
  await using system = await startFromConfig(paced({ state, folder, limit }));
  const { engine } = system;
  if (engine === undefined) throw new Error('chaos is on');
  return await new Promise((resolve) => {
    engine.once('fault:effective', () => resolve('broke it again'));
    engine.on('schedule:skipped', ({ data: { reason, detail } }) => {
      // On a busy machine ticks may pass unnoticed.
      if (reason !== 'missed' && reason !== 'busy') resolve(`${reason}: ${detail}`);
    });
  });
}

describe('a killed service that starts again', { timeout: 120_000 }, () => {
  it.each([
    ['pace', 'schedules.jsonl', /^too-soon: .* was hit \d+ ms ago, minTimeBetween is 3600000 ms$/],
    ['cooldown', 'injections.jsonl', /^not-ready: .*cooldown 3600000 ms/],
  ])('keeps to its %s, which the state folder remembers', async (limit, file, refusal) => {
    await using root = await temporaryFolder();
    const [state, folder] = [join(root.path, 'state'), join(root.path, 'service')];
    await mkdir(folder);
    await liveAndDie(state, folder, limit);
    expect(await nextLife(state, folder, limit)).toMatch(refusal);
    await rm(join(state, file));
    expect(await nextLife(state, folder, limit)).toBe('broke it again');
  });
});
