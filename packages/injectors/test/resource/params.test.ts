import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containers, files, resources } from '../../src/index.ts';
import { hostileText } from '../network/hostile-text.ts';

const faults = [...resources().faults, ...files().faults, ...containers().faults];
const paramsOf = (type: string) => faults.find((one) => one.type === type)?.params;

const REFUSED: readonly [string, object][] = [
  ['resource.cpu-limit', { cpus: 0 }],
  ['resource.cpu-stress', { load: 0 }],
  ['resource.cpu-stress', { cores: 1.5 }],
  ['resource.memory-limit', { limit: '1MiB' }],
  ['resource.memory-limit', { limit: 64 }],
  ['resource.memory-stress', {}],
  ['resource.memory-stress', { level: '1GiB', levelOfLimit: 0.5 }],
  ['resource.pids-limit', {}],
  ['resource.disk-fill', { bytes: '1GiB', folder: 'data' }],
  ['resource.disk-fill', { bytes: '1GiB', folder: '/data/../etc' }],
  ['resource.io-throttle', {}],
  ['resource.io-throttle', { device: '8:0' }],
  ['resource.io-throttle', { read: '1MB/s', device: '8:0 rbps=max' }],
  ['resource.connection-exhaustion', { connections: 5, port: 80, host: 'db' }],
  ['resource.connection-exhaustion', { connections: 5, port: 80, host: 'fe80::1%eth0' }],
  ['file.permission', {}],
  ['file.permission', { mode: '999' }],
  ['file.edit', { format: 'json', changes: [] }],
  ['file.truncate', {}],
  ['container.exec', { command: ['ls'], undo: ['ls'] }],
  ['container.exec', { command: 'ls', undo: ['ls'], check: ['ls'] }],
  ['container.clock-skew', { by: '1s', direction: 'ahead' }],
  ['container.remove', { force: true }],
];

describe('params', () => {
  it.each(REFUSED)('%s %j is refused', (type, given) => {
    expect(paramsOf(type)?.safeParse(given).success).toBe(false);
  });

  it.each([
    ['resource.io-throttle', 'device', (text: string) => ({ read: '1MB/s', device: text }), /^\d+:\d+$/],
    ['resource.disk-fill', 'folder', (text: string) => ({ bytes: '1MiB', folder: text }), /^\//],
    [
      'resource.connection-exhaustion',
      'host',
      (text: string) => ({ connections: 1, port: 1, host: text }),
      /^[0-9a-f.:]+$/i,
    ],
    ['file.permission', 'mode', (text: string) => ({ mode: text }), /^[0-7]{3,4}$/],
    [
      'container.exec',
      'user',
      (text: string) => ({ command: ['a'], undo: ['a'], check: ['a'], user: text }),
      /^[\w.:-]+$/,
    ],
  ])('%s %s takes no hostile text', (type, _place, paramsWith, harmless) => {
    void fc.assert(
      fc.property(hostileText, (text) => {
        if (paramsOf(type)?.safeParse(paramsWith(text)).success !== true) return;
        expect(text).toMatch(harmless);
        expect(text).not.toContain('\0');
      }),
      { numRuns: 300 },
    );
  });
});
