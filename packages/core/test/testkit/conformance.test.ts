import { conformanceChecks, faultConformance } from '@bridge/chaos-core/testkit';
import { describe, expect, it } from 'vitest';
import flawed, { FLAWS } from '../fixtures/flawed-plugin.ts';
import markers, { marker } from '../fixtures/marker-plugin.ts';
import { folderHarness } from './marker-harness.ts';

describe('a fault that keeps the contract', () => {
  for (const { name, run } of conformanceChecks(marker, folderHarness(markers()))) it(name, run);
});

describe('a fault with a flaw is caught by the check made for it', () => {
  it.each(Object.entries(FLAWS))(
    '%s',
    async (flaw, { caughtBy }) => {
      const check = conformanceChecks(marker, folderHarness(flawed({ flaw }))).find(({ name }) => name === caughtBy);
      expect(check, caughtBy).toBeDefined();
      await expect(check?.run()).rejects.toThrow();
    },
    60_000,
  );

  it('and named in the error of faultConformance', async () => {
    const harness = { ...folderHarness(flawed({ flaw: 'prepare that writes, in the engine alone' })) };
    await expect(faultConformance(marker, harness)).rejects.toThrow(/breaks \d+ of \d+ rules[\s\S]*prepare only reads/);
  }, 120_000);
});
