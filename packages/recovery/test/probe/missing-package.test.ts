import { expect, it } from 'vitest';
import { missingPackage } from '../../src/probe/missing-package.ts';

it('a probe whose package is not installed says what to install', async () => {
  const name = 'a-package-that-nobody-has';
  await expect(import(/* @vite-ignore */ name).catch(missingPackage(name))).rejects.toThrow(
    /CHAOS_PROBE_INVALID: expected the package a-package-that-nobody-has to be installed \(npm install a-package/,
  );
});
