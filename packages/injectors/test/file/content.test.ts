import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AnyFault, isChaosError, type JsonObject } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { files } from '../../src/file/plugin.ts';
import { faultContext } from '../fault-context.ts';
import { fileTarget, testFolder } from './file-harness.ts';

/** What a fault makes of a file's text; the file is as before afterwards. */
async function made(type: string, before: string, params: JsonObject, context = faultContext()): Promise<string> {
  await using folder = await testFolder();
  const plugin = files({ roots: [folder.path] });
  const path = join(folder.path, 'file');
  await writeFile(path, before);
  const fault: AnyFault | undefined = [...plugin.faults].find((one) => one.type === type);
  if (fault === undefined) throw new Error(`There is no ${type}.`);
  const target = await fileTarget(plugin, path);
  const given: unknown = fault.params.parse(params);
  const undo = await fault.prepare(target, given, context);
  await fault.inject(target, given, undo, context);
  const during = await readFile(path, 'latin1');
  await fault.revert(undo, context);
  expect(await readFile(path, 'utf8')).toBe(before);
  return during;
}

describe('file.edit', () => {
  it('changes one field of JSON and keeps its indentation', async () => {
    const changes = [{ set: '/db/pool', to: 0 }, { drop: '/debug' }];
    const text = '{\n    "db": {\n        "pool": 10\n    },\n    "debug": true\n}\n';
    expect(await made('file.edit', text, { format: 'json', changes })).toBe(
      '{\n    "db": {\n        "pool": 0\n    }\n}\n',
    );
  });

  it('changes every document of YAML', async () => {
    const changes = [{ set: '/image', to: 'broken' }];
    expect(await made('file.edit', 'image: one # first\n---\nimage: two\n', { format: 'yaml', changes })).toBe(
      'image: broken\n---\nimage: broken\n',
    );
  });

  it('changes every occurrence of a text, and takes no pattern out of it', async () => {
    const put = { format: 'text', find: 'a.c', put: '$&' };
    expect(await made('file.edit', 'a.c abc a.c', put)).toBe('$& abc $&');
  });

  it.each([
    ['no JSON', '{', { format: 'json', changes: [{ drop: '/a' }] }],
    ['a field that is not there', '{"a":1}', { format: 'json', changes: [{ drop: '/b' }] }],
    ['no YAML', 'a: [', { format: 'yaml', changes: [{ drop: '/a' }] }],
    ['no such text', 'a', { format: 'text', find: 'b', put: 'c' }],
  ])('is refused before anything is touched: %s', async (_what, text, params) => {
    await expect(made('file.edit', text, params)).rejects.toSatisfy((error) =>
      isChaosError(error, 'CHAOS_FAULT_IMPOSSIBLE'),
    );
  });
});

describe('file.corrupt', () => {
  it('changes exactly as many bytes as asked, within the range, and none twice', async () => {
    const before = 'x'.repeat(1000);
    const during = await made('file.corrupt', before, { bytes: 50, from: 100, to: 150 });
    const at = [...during].flatMap((letter, offset) => (letter === 'x' ? [] : [offset]));
    expect(during.length).toBe(1000);
    expect(at).toEqual(Array.from({ length: 50 }, (_, offset) => 100 + offset));
  });

  it('is the same again for the same seed', async () => {
    const [one, other] = [faultContext(), faultContext()];
    const first = await made('file.corrupt', 'x'.repeat(500), { bytes: 7 }, one);
    expect(await made('file.corrupt', 'x'.repeat(500), { bytes: 7 }, other)).toBe(first);
    expect(await made('file.corrupt', 'x'.repeat(500), { bytes: 7 }, other)).not.toBe(first);
  });
});

describe('file.truncate', () => {
  it('keeps a size or a share from the beginning', async () => {
    expect(await made('file.truncate', '0123456789', { keep: '4B' })).toBe('0123');
    expect(await made('file.truncate', '0123456789', { keepShare: '25%' })).toBe('01');
  });
});

describe('file.replace', () => {
  it('puts text or bytes in its place', async () => {
    expect(await made('file.replace', 'a', { text: 'bc' })).toBe('bc');
    expect(await made('file.replace', 'a', { base64: '/wA=' })).toBe('\u00ff\0');
  });
});
