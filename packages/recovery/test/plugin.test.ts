import { recovery } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';

describe('recovery()', () => {
  it('registers every probe type', () => {
    expect(recovery().probes.map(({ type }) => type)).toEqual([
      'http',
      'tcp',
      'dns',
      'command',
      'container',
      'process',
      'postgres',
      'redis',
      'prometheus',
      'file',
      'signal',
    ]);
  });

  it('can be built again by another process from its module and options', async () => {
    const { module, specifier, options } = recovery();
    for (const from of [module, specifier ?? '']) {
      const loaded: { default: (options: unknown) => unknown } = await import(/* @vite-ignore */ from);
      expect(loaded.default(JSON.parse(JSON.stringify(options)))).toEqual(recovery());
    }
  });
});
