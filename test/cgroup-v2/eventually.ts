import { setTimeout } from 'node:timers/promises';

/** How long is waited for, ms: a machine whose processor is emulated is slow. */
const PATIENCE = 120_000;

/** Resolves when it is so; fails with what was expected when that takes too long. */
export async function eventually(expected: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`Expected in vain: ${expected}.`);
    await setTimeout(100);
  }
}
