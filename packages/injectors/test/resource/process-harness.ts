import type { Json, JsonObject } from '@bridge/chaos-core';
import type { FaultHarness } from '@bridge/chaos-core/testkit';
import { startProgram, targetOf } from '../process/child.ts';

interface ProcessHarness {
  readonly plugin: FaultHarness['plugin'];
  readonly params: JsonObject;
  /** What the fault changes, seen from outside. */
  readonly witness: (pid: number) => Promise<Json>;
  /** Starts the victim; by default one that sleeps. */
  readonly start?: () => Promise<Disposable & { readonly pid: number }>;
}

const sleeping = () => startProgram('sleep', ['infinity']);

/** Puts a fault on a process of its own under the conformance kit. */
export function processHarness({ plugin, params, witness, start = sleeping }: ProcessHarness): FaultHarness {
  return {
    plugin,
    // Far more than a guardian needs on a machine that has time.
    cleanWithin: 60_000,
    async make() {
      const victim = await start();
      return {
        target: await targetOf(victim.pid),
        params,
        witness: () => witness(victim.pid),
        [Symbol.asyncDispose]: async () => victim[Symbol.dispose](),
      };
    },
  };
}
