import { type Feasibility, isChaosError } from '@bridge/chaos-core';

/** An answer for `plan()` from what `prepare` does, which only reads. */
export async function feasibleWhenPrepared(prepare: () => Promise<unknown>, path?: string): Promise<Feasibility> {
  try {
    await prepare();
    return path === undefined ? { possible: true } : { possible: true, path };
  } catch (error) {
    if (!isChaosError(error, 'CHAOS_FAULT_IMPOSSIBLE')) throw error;
    const [reason = '', ...rest] = error.message.replace('CHAOS_FAULT_IMPOSSIBLE: ', '').split('; ');
    return { possible: false, reason, remedy: rest.join('; ') || 'choose another target' };
  }
}
