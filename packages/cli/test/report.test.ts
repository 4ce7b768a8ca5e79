import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { main } from '../src/main.ts';
import { hideExperiment } from './support/experiments.ts';
import { memoryIo } from './support/memory-io.ts';
import { workspace } from './support/workspace.ts';

const PATIENCE = { timeout: 300_000 };

test('two runs stand side by side on one page, with what got worse told', PATIENCE, async () => {
  await using folder = await workspace();
  const say = (...words: readonly string[]) => main(words, memoryIo({ cwd: folder.path }));
  const measured = { hold: '300ms', baseline: '300ms' };
  await folder.write('e.json', hideExperiment(folder.seen, folder.other, measured));
  await say('run', 'e.json', '--output', 'before.json');
  await folder.write('e.json', hideExperiment(folder.seen, folder.seen, measured));
  await say('run', 'e.json', '--output', 'after.json');
  const io = memoryIo({ cwd: folder.path });
  const files = ['--compare-html', 'out/both.html', '--compare-markdown', 'out/both.md'];
  await main(['report', 'last', '--baseline', 'before.json', ...files], io);
  const [before, after] = await Promise.all(['before.json', 'after.json'].map((name) => idIn(folder.path, name)));
  const html = await readFile(join(folder.path, 'out/both.html'), 'utf8');
  expect(html).toMatch(/^<!doctype html>/i);
  expect(html).toContain(`Made from the JSON reports of runs ${before} and ${after}.`);
  expect(html).toContain('p95 by the second');
  expect(await readFile(join(folder.path, 'out/both.md'), 'utf8')).toContain(`\`${after}\``);
  await folder.write('other.json', JSON.stringify({ name: 'another', faults: [{ delay: '1ms' }] }));
  await say('run', 'other.json');
  expect(await say('report', 'last', '--baseline', 'before.json')).toBe(2);
  expect(await say('report', 'last', '--baseline', 'before.json', '--compare-html', 'others.html')).toBe(0);
  expect(await main(['report', 'last', '--compare-html', 'x.html'], io)).toBe(2);
  expect(io.written.err()).toContain('expected --baseline beside --compare-html');
});

async function idIn(folder: string, name: string): Promise<string> {
  return JSON.parse(await readFile(join(folder, name), 'utf8')).id;
}
