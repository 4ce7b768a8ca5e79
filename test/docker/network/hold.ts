import type { AnyFault } from '@bridge/chaos-core';
import { expect } from 'vitest';
import type { TestContainer } from '../../docker-engine/index.ts';
import { witnessNetwork } from './namespace.ts';
import networkWithTargets from './plugin.ts';
import { faultContext, fromDisk, targetOf } from './scene.ts';

export const plugin = networkWithTargets();
export const context = faultContext();

export function faultOf(type: string): AnyFault {
  const fault = plugin.faults.find((one) => one.type === type);
  if (fault === undefined) throw new Error(`no fault ${type}`);
  return fault;
}

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
