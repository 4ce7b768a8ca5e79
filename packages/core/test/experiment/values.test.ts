import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readValues } from '../../src/experiment/values.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chaos-values-'));
  await writeFile(join(folder, 'token'), 'from-file\n');
});
afterAll(() => rm(folder, { recursive: true }));

test('values come from literals, the environment, its defaults and files', async () => {
  const values = await readValues(
    {
      configuration: {
        literal: { from: 'literal', value: { deep: [1] } },
        set: { from: 'env', name: 'SET', default: 'unused' },
        unset: { from: 'env', name: 'UNSET', default: 'used' },
        empty: { from: 'env', name: 'EMPTY', default: 'unused' },
      },
      secrets: {
        token: { from: 'file', path: join(folder, 'token') },
        pin: { from: 'literal', value: { code: 1234 } },
      },
    },
    { SET: 'from-env', EMPTY: '' },
  );
  expect(values.configuration).toEqual({ literal: { deep: [1] }, set: 'from-env', unset: 'used', empty: '' });
  expect(values.secrets).toEqual({ token: 'from-file', pin: { code: 1234 } });
  expect(values.secretValues).toEqual(['from-file', '1234']);
});

test('everything that cannot be read is told at once, with where it was looked for', async () => {
  const reading = readValues(
    {
      configuration: { a: { from: 'env', name: 'NOT_SET' } },
      secrets: { b: { from: 'file', path: join(folder, 'none') } },
    },
    {},
  );
  await expect(reading).rejects.toThrow(expect.objectContaining({ code: 'CHAOS_CONFIGURATION_MISSING' }));
  await expect(reading).rejects.toThrow(
    /configuration\.a: expected the environment variable NOT_SET[\s\S]*secrets\.b: .*none/,
  );
});
