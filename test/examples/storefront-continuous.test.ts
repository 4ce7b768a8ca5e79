import { expect, test } from 'vitest';
import { startExample } from './example.ts';

/** MiB a minute. Seen: 0.5; a signal kept for every look of a trigger made it 12. */
const MOST_GROWTH = 4;

test('three minutes of chaos by chance leave nothing, and are all on record', { timeout: 400_000 }, async () => {
  await using example = await startExample('storefront/continuous/main.ts', {});
  const { output, errors, code } = await example.ended;
  process.stdout.write(`${output}\n`);
  expect(errors).toBe('');
  expect(output).toContain(' 0 leaked, 0 left at the end');
  expect(output).toContain('entries, intact and complete');
  expect(output).toContain('coverage from the ledger is what was heard');
  expect(Number(/picks: (\d+) passed/.exec(output)?.[1])).toBeGreaterThan(5);
  expect(Number(/watchtower: (\d+) restarts/.exec(output)?.[1])).toBeGreaterThan(1);
  expect(Number(/memory: (\S+) MiB a minute/.exec(output)?.[1])).toBeLessThan(MOST_GROWTH);
  expect(code).toBe(0);
  await expect.poll(() => example.leftBehind()).toEqual([]);
});
