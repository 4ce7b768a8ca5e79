import { type FaultContext, seededRandom, silentLogger, systemClock, type Target } from '@bridge/chaos-core';
import { containers } from '@bridge/chaos-injectors';

/** The plugin on the run's own engine. */
export const plugin = containers();

/** What an engine would hand to a fault's verbs. */
export function faultContext(signal: AbortSignal = new AbortController().signal): FaultContext {
  return { signal, clock: systemClock, random: seededRandom(1), log: silentLogger };
}

/** The container as the plugin's target source finds it. */
export async function targetOf(id: string, { targets } = plugin): Promise<Target> {
  const [source] = targets;
  const [target] = await source.find({ name: id }, faultContext());
  if (target === undefined) throw new Error(`Container ${id} was not found.`);
  return target;
}

/** An undo record as another process would read it from disk. */
export function fromDisk<Undo>(fault: { readonly undo: { parse(value: unknown): Undo } }, undo: Undo): Undo {
  return fault.undo.parse(JSON.parse(JSON.stringify(undo)));
}
