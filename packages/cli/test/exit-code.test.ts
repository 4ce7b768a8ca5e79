import { ChaosError } from '@bridge/chaos-core';
import { describe, expect, test } from 'vitest';
import { gravest } from '../src/exit-code.ts';
import { exitCodeOf, exitCodeOfError } from '../src/exit-code-of.ts';

const clean = { clean: true, injected: 1, proven: 1, leaked: [] };

describe('the exit code', () => {
  test.each([
    ['held', true, 0],
    ['recovered', true, 0],
    ['recovered', false, 1],
    ['failed', false, 1],
    ['flapping', false, 1],
    ['invalid', false, 3],
    ['inconclusive', false, 3],
    ['aborted', false, 4],
    ['leaked', false, 5],
  ] as const)('of the verdict %s (passed: %s) is %i', (verdict, passed, code) => {
    expect(exitCodeOf({ verdict, passed, reversal: clean })).toBe(code);
  });

  test('is 5 for whatever verdict, when something is not proven undone', () => {
    expect(exitCodeOf({ verdict: 'held', passed: true, reversal: { ...clean, clean: false } })).toBe(5);
    expect(gravest([0, 4, 5, 1])).toBe(5);
  });

  test('of an error tells wrong input, a host that cannot, and our own bugs apart', () => {
    expect(exitCodeOfError(new ChaosError('CHAOS_EXPERIMENT_INVALID', 'x'))).toBe(2);
    expect(exitCodeOfError(new ChaosError('CHAOS_STATE_LOCKED', 'x'))).toBe(3);
    expect(exitCodeOfError(new ChaosError('CHAOS_FAULT_LEAKED', 'x'))).toBe(5);
    expect(exitCodeOfError(new TypeError('x'))).toBe(70);
  });
});
