import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { fileJournal } from '../../src/journal/file-journal.ts';
import { firstEpoch } from '../../src/state/epoch.ts';
import { announce } from '../../src/state/presence.ts';
import { prepareStateFolder, stateFolder } from '../../src/state/state-folder.ts';
import { journalRecord } from '../journal/record.ts';
import { eventually, World } from './world.ts';

const GUARDIAN = fileURLToPath(new URL('../../src/guardian/main.ts', import.meta.url));
const EARLY_TIMERS = fileURLToPath(new URL('./early-timers.ts', import.meta.url));
const MARKERS = {
  name: 'markers',
  module: new URL('../fixtures/marker-plugin.ts', import.meta.url).href,
  options: {},
};

function guardian() {
  const child = spawn(process.execPath, ['-C', '@bridge/source', '--import', EARLY_TIMERS, GUARDIAN], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const logged: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => logged.push(line));
  const said = new Set<unknown>();
  createInterface({ input: child.stdout }).on('line', (line) => said.add(JSON.parse(line).say));
  return {
    said,
    logged,
    tell: (message: object) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  };
}

/** A guardian of an engine that lives, with a folder it can break. */
async function watched(world: World) {
  const folder = stateFolder(world.state);
  await prepareStateFolder(folder);
  const engine = await announce(folder, 'engine');
  const { instance } = engine.card;
  await firstEpoch(folder, instance);
  const file = `${world.root}/broken`;
  const watcher = guardian();
  const terms = { state: world.state, engine: instance, attempt: 5_000, revert: 10_000 };
  watcher.tell({ say: 'hello', ...terms, lease: 120_000, plugins: [MARKERS] });
  await eventually(() => watcher.said.has('ready'), 60_000);
  return {
    folder,
    watcher,
    breakIt: async () => {
      await writeFile(file, 'broken by chaos');
      await fileJournal(folder, instance).open(journalRecord({ engine: instance, undo: { file, before: null } }));
    },
    [Symbol.asyncDispose]: async () => {
      watcher[Symbol.dispose]();
      await engine[Symbol.asyncDispose]();
    },
  };
}

it('takes over from an engine that goes silent, though the timer fires before the time to live is over', async () => {
  await using world = await World.make();
  await using engine = await watched(world);
  const { watcher } = engine;
  await engine.breakIt();
  watcher.tell({ say: 'beat', ttl: 300 });
  await eventually(() => watcher.said.has('lapsed') && !world.isBroken(), 60_000);
  expect(watcher.said).toContain('heard');
}, 180_000);

it('takes over from an engine that goes silent as soon as it can list what is live', async () => {
  await using world = await World.make();
  await using engine = await watched(world);
  const { watcher, folder } = engine;
  await rm(folder.live, { recursive: true });
  await writeFile(folder.live, 'no folder');
  watcher.tell({ say: 'beat', ttl: 300 });
  await eventually(() => watcher.logged.some((line) => line.includes('ENOTDIR')), 60_000);
  await rm(folder.live);
  await mkdir(folder.live);
  await engine.breakIt();
  await eventually(() => watcher.said.has('lapsed') && !world.isBroken(), 60_000);
}, 180_000);
