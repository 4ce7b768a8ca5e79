import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startExample } from './example.ts';

test('the demo kills its engine, everything comes back, and nothing is left', { timeout: 240_000 }, async () => {
  await using example = await startExample('demo/main.ts');
  const { output, errors } = await example.ended;
  expect(errors).toBe('');
  expect(output).toContain('kill -9');
  expect(output).toMatch(/back after \d+ ms {2}connect to the store/);
  expect(output).toMatch(/back after \d+ ms {2}state of the back end .*T \(stopped\) → /);
  expect(output).not.toContain('NOT BACK');
  expect(output).toMatch(/ledger: \d+ entries, intact/);
  expect(output).not.toContain('\u001B');
  const folder = join(example.folder, 'reports/demo');
  const reports = await readdir(folder);
  expect(reports.filter((name) => name.endsWith('.json')).length).toBeGreaterThanOrEqual(4);
  const testimonies: { fineAfter: number | null }[] = JSON.parse(await readFile(join(folder, 'kill.json'), 'utf8'));
  expect(testimonies.every(({ fineAfter }) => fineAfter !== null)).toBe(true);
  await expect.poll(() => example.leftBehind(), { timeout: 15_000 }).toEqual([]);
});

test('interrupted while a fault is on, the demo puts it back and stops everything', { timeout: 240_000 }, async () => {
  await using example = await startExample('demo/main.ts');
  await example.line('is in effect');
  example.kill('SIGINT');
  const { output } = await example.ended;
  expect(output).toContain('stopped by SIGINT');
  await expect.poll(() => example.leftBehind(), { timeout: 15_000 }).toEqual([]);
});
