import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importChaosToolkit } from '@bridge/chaos-toolkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chaos-import-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...'bcdefghij'.split('').map((name, index) => {
    const before = 'abcdefghi'[index];
    return `${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`;
  }),
].join('\n');

const yaml = (text: string) => ({ text, format: 'yaml' as const });
const json = (text: string) => ({ text, format: 'json' as const });

describe('importChaosToolkit refuses', () => {
  it.each([
    ['an alias bomb', yaml(bomb)],
    ['a cycle', yaml('title: t\nmethod: &m [*m]')],
    ['a text of 10 MB', json(JSON.stringify({ title: 'x'.repeat(10_000_000) }))],
    ['endless nesting', json('['.repeat(50_000))],
    ['endless nesting that closes', json(`${'['.repeat(200)}${']'.repeat(200)}`)],
    ['endless nesting in YAML', yaml('['.repeat(5_000))],
    ['text that is no JSON', json('{"title": ')],
    ['text that is no YAML', yaml('a: [1')],
    ['an integer nobody can hold', json('{"title": 123456789012345678901234567890}')],
  ])('%s with one clear error', async (_, source) => {
    await expect(importChaosToolkit(source)).rejects.toMatchObject({ code: 'CHAOS_EXPERIMENT_UNREADABLE' });
  });

  it('a file with another extension, or none at all', async () => {
    const file = join(folder, 'experiment.toml');
    await writeFile(file, '');
    await expect(importChaosToolkit(file)).rejects.toThrow(
      'expected a name that ends in .json, .yaml or .yml, got ".toml"',
    );
    await expect(importChaosToolkit(join(folder, 'missing.json'))).rejects.toThrow('expected a file that can be read');
  });

  const activity = { type: 'action', name: 'a', provider: { type: 'process', path: 'true' } };
  const sound = { title: 't', description: 'd', method: [activity] };
  const probe = { ...activity, type: 'probe' };
  const hypothesis = (tolerance: unknown) => ({
    'steady-state-hypothesis': { title: 'h', probes: [{ ...probe, tolerance }] },
  });
  it.each([
    ['', []],
    ['title', { ...sound, title: '' }],
    ['description', { ...sound, description: undefined }],
    ['method', { ...sound, method: null }],
    ['method', { ...sound, method: 'x' }],
    ['method[0]', { ...sound, method: [null] }],
    ['method[0].type', { ...sound, method: [{ ...activity, type: 'x' }] }],
    ['method[0].name', { ...sound, method: [{ ...activity, name: 7 }] }],
    ['method[0].provider', { ...sound, method: [{ ...activity, provider: null }] }],
    ['method[0].provider.type', { ...sound, method: [{ ...activity, provider: { type: 'htpp' } }] }],
    ['method[0].provider.path', { ...sound, method: [{ ...activity, provider: { type: 'process' } }] }],
    [
      'method[0].provider.timeout',
      { ...sound, method: [{ ...activity, provider: { type: 'process', path: 'true', timeout: 'x' } }] },
    ],
    ['method[0].background', { ...sound, method: [{ ...activity, background: 'yes' }] }],
    ['method[0].pauses.before', { ...sound, method: [{ ...activity, pauses: { before: '3' } }] }],
    ['method[0].timeout', { ...sound, method: [{ ...activity, timeout: '3' }] }],
    ['method[0].ref', { ...sound, method: [{ ref: 'nobody' }] }],
    [
      'method[0].controls[0].scope',
      {
        ...sound,
        method: [{ ...activity, controls: [{ name: 'c', scope: 'x', provider: { type: 'python', module: 'm' } }] }],
      },
    ],
    ['tags', { ...sound, tags: [''] }],
    ['extensions[0].name', { ...sound, extensions: [{ name: ' ' }] }],
    ['steady-state-hypothesis.title', { ...sound, 'steady-state-hypothesis': { probes: [] } }],
    [
      'steady-state-hypothesis.probes[0].tolerance',
      { ...sound, 'steady-state-hypothesis': { title: 'h', probes: [probe] } },
    ],
    ['steady-state-hypothesis.probes[0].tolerance', { ...sound, ...hypothesis(0.5) }],
    ['steady-state-hypothesis.probes[0].tolerance.type', { ...sound, ...hypothesis({ type: 'x' }) }],
    [
      'steady-state-hypothesis.probes[0].tolerance.pattern',
      { ...sound, ...hypothesis({ type: 'regex', pattern: '(' }) },
    ],
    [
      'steady-state-hypothesis.probes[0].tolerance.path',
      { ...sound, ...hypothesis({ type: 'jsonpath', path: 'foo' }) },
    ],
    ['steady-state-hypothesis.probes[0].tolerance.range', { ...sound, ...hypothesis({ type: 'range', range: [1] }) }],
  ])('a wrong value and names its path: %s', async (path, value) => {
    const refused = importChaosToolkit(json(JSON.stringify(value)));
    await expect(refused).rejects.toMatchObject({ code: 'CHAOS_EXPERIMENT_INVALID', details: { path } });
    await expect(refused).rejects.toThrow('expected');
  });

  it('a tolerance that is a float, also one without a fraction', async () => {
    const text = JSON.stringify({ ...sound, ...hypothesis(1) }).replace('"tolerance":1', '"tolerance":1.0');
    await expect(importChaosToolkit(json(text))).rejects.toThrow('tolerance: expected a whole number');
  });
});
