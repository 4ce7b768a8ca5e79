import assert from 'node:assert/strict';
import type { TestContainer } from '../../docker-engine/index.ts';
import { context, faultOf } from './hold-plugin.ts';
import { witnessNetwork } from './namespace.ts';
import { fromDisk, targetOf } from './scene.ts';

/** Injects, for a test that ends the fault in its own way. */
export async function underFault(container: TestContainer, type: string, given: object = {}) {
  const fault = faultOf(type);
  const target = await targetOf(container.id);
  const params = fault.params.parse(given);
  const undo = await fault.prepare(target, params, context);
  await fault.inject(target, params, undo, context);
  return { fault, undo };
}

/** Injects, proves the effect, runs the body, reverts, and proves that foreign tools see what they saw before. */
export async function during<Result>(
  container: TestContainer,
  type: string,
  given: object,
  body: () => Promise<Result>,
  find: typeof faultOf = faultOf,
): Promise<Result> {
  const fault = find(type);
  const target = await targetOf(container.id);
  const params = fault.params.parse(given);
  const before = await witnessNetwork(container);
  const undo = fromDisk(fault, await fault.prepare(target, params, context));
  const fingerprint = await fault.fingerprint?.(undo, context);
  assert.equal(await fault.observe(undo, context), 'absent');
  await fault.inject(target, params, undo, context);
  try {
    assert.equal(await fault.observe(undo, context), 'present');
    return await body();
  } finally {
    await fault.revert(undo, context);
    assert.equal(await fault.observe(undo, context), 'absent');
    assert.deepEqual(await fault.fingerprint?.(undo, context), fingerprint);
    assert.deepEqual(await witnessNetwork(container), before);
  }
}
