import { expect, test } from 'vitest';
import { startExample } from './example.ts';
import { startUpstream } from './upstream.ts';

test('the ten lines end with a verdict and leave nothing behind', async () => {
  await using example = await startExample('script/ten-lines.ts', { PORT: await freePort() });
  const { output, errors, code } = await example.ended;
  expect(errors).toBe('');
  expect(code).toBe(0);
  expect(output).toContain('users are fine again after the API was slow');
  expect(output).toContain('every fault proven undone (1)');
  await expect.poll(() => example.leftBehind(), { timeout: 15_000 }).toEqual([]);
});

test('one fault lives as long as its scope', async () => {
  await using example = await startExample('script/inject.ts');
  const { output, errors, code } = await example.ended;
  expect({ errors, code }).toEqual({ errors: '', code: 0 });
  expect(output.split('\n')).toEqual(['sleep is stopped: present', 'and goes on: proven when the scope ended']);
  await expect.poll(() => example.leftBehind(), { timeout: 15_000 }).toEqual([]);
});

async function freePort(): Promise<string> {
  await using taken = await startUpstream('');
  return taken.address.replace(/.*:/, '');
}
