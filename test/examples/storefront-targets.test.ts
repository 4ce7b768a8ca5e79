import { expect, test } from 'vitest';
import { startExample } from './example.ts';

test('the storefront meets the targets of the documents, and nothing is left of it', async () => {
  await using example = await startExample('storefront/targets/main.ts');
  const { output, errors, code } = await example.ended;
  process.stdout.write(`${output}\n`);
  expect(errors).toBe('');
  expect(output.match(/: recovered$/gm)).toHaveLength(3);
  expect(output.match(/ met$/gm)).toHaveLength(8);
  expect(code).toBe(0);
  await expect.poll(() => example.leftBehind()).toEqual([]);
});
