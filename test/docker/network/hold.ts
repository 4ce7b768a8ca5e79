import { expect } from 'vitest';
import type { TestContainer } from '../../docker-engine/index.ts';
import { context, faultOf } from './hold-plugin.ts';
import { witnessNetwork } from './namespace.ts';
import { fromDisk, targetOf } from './scene.ts';

/** Injects, proves the effect, runs the body, reverts, and proves that foreign tools see what they saw before. */
export async function during<Result>(
  container: TestContainer,
  type: string,
  given: object,
  body: () => Promise<Result>,
): Promise<Result> {
  const fault = faultOf(type);
  const target = await targetOf(container.id);
  const params = fault.params.parse(given);
  const before = await witnessNetwork(container);
  const undo = fromDisk(fault, await fault.prepare(target, params, context));
  const fingerprint = await fault.fingerprint?.(undo, context);
  expect(await fault.observe(undo, context)).toBe('absent');
  await fault.inject(target, params, undo, context);
  try {
    expect(await fault.observe(undo, context)).toBe('present');
    return await body();
  } finally {
    await fault.revert(undo, context);
    expect(await fault.observe(undo, context)).toBe('absent');
    expect(await fault.fingerprint?.(undo, context)).toEqual(fingerprint);
    expect(await witnessNetwork(container)).toEqual(before);
  }
}
