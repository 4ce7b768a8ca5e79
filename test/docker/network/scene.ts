import { type FaultContext, seededRandom, silentLogger, systemClock, type Target } from '@bridge/chaos-core';
import { containers } from '@bridge/chaos-injectors';

const { targets } = containers();

/** What an engine would hand to a fault's verbs. */
export function faultContext(signal: AbortSignal = new AbortController().signal): FaultContext {
  return { signal, clock: systemClock, random: seededRandom(1), log: silentLogger };
}

/** The container as the target source finds it. */
export async function targetOf(id: string): Promise<Target> {
  const [source] = targets;
  const [target] = await source.find({ name: id }, faultContext());
  if (target === undefined) throw new Error(`Container ${id} was not found.`);
  return target;
}

/** An undo record as another process would read it from disk. */
export function fromDisk<Undo>(fault: { readonly undo: { parse(value: unknown): Undo } }, undo: Undo): Undo {
  return fault.undo.parse(JSON.parse(JSON.stringify(undo)));
}
