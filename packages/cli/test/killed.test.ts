import { describe, expect, test } from 'vitest';
import { main } from '../src/main.ts';
import { startChaos } from './support/chaos-process.ts';
import { hideCard } from './support/experiments.ts';
import { journalHasEffect } from './support/journals.ts';
import { memoryIo } from './support/memory-io.ts';
import { isThere, type Workspace, workspace } from './support/workspace.ts';

const PATIENCE = { timeout: 300_000 };

/** Two scenarios that hide a file: for a moment, and for as long as nobody ends it. */
function scenarios({ other }: Workspace): object {
  const scenario = (name: string, hold: string) => ({
    name,
    description: 'A file is hidden.',
    category: 'files',
    complexity: 'simple',
    steps: [{ type: 'file.hide', target: { file: other }, for: hold }],
  });
  return {
    scenarios: [scenario('short', '50ms'), scenario('long', '10m')],
    suites: [{ name: 'both', description: 'both', scenarios: ['short', 'long'] }],
  };
}

async function prepare(folder: Workspace): Promise<void> {
  await folder.write('card.json', hideCard(folder.other, '10m'));
  await folder.write('scenarios.json', JSON.stringify(scenarios(folder)));
  const host = { plugins: { files: { roots: [folder.path] } }, cards: ['card.json'], scenarios: ['scenarios.json'] };
  await folder.write('chaos.config.yaml', JSON.stringify(host));
}

async function said(folder: Workspace, ...words: readonly string[]): Promise<string> {
  const io = memoryIo({ cwd: folder.path });
  const code = await main(words, io);
  expect({ words, code, err: io.written.err() }).toMatchObject({ code: 0 });
  return io.written.out();
}

describe('killed', PATIENCE, () => {
  test.each([
    [['drill', 'F001'], 1, 'is in effect', 1],
    // The first scenario has come to its end; the second is the one that is in effect when the process is killed.
    [['suite', 'both'], 2, 'is in effect', 2],
  ])('chaos %j leaves a report up to the kill, and nothing broken', async (words, runs, sign, times) => {
    await using folder = await workspace();
    await prepare(folder);
    const running = startChaos(folder.path, words);
    await running.seen(sign, times);
    expect(await isThere(folder.other)).toBe(false);
    await journalHasEffect(folder);
    running.child.kill('SIGKILL');
    await running.ended;
    await said(folder, 'revert');
    expect(await isThere(folder.other)).toBe(true);
    const list = JSON.parse(await said(folder, 'report', '--list', '--json'));
    expect(list).toHaveLength(runs);
    expect(JSON.parse(await said(folder, 'report', '--json'))).toMatchObject({
      verdict: expect.stringMatching(/aborted|leaked/),
      faults: [{ type: 'file.hide', outcome: 'injected' }],
    });
  });
});
