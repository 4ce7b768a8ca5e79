import { ChaosError } from '../errors.ts';
import type { EngineParts } from './engine-parts.ts';

/** By engine. Not a member of the class: what drives an engine from within core is nobody else's business. */
const PARTS = new WeakMap<object, EngineParts>();

export function sharePartsOf(engine: object, parts: EngineParts): void {
  PARTS.set(engine, parts);
}

/** What an engine is made of, for the parts of core that drive it: drills. Throws `CHAOS_OPTIONS_INVALID`. */
export function partsOf(engine: object): EngineParts {
  const parts = PARTS.get(engine);
  if (parts !== undefined) return parts;
  throw new ChaosError(
    'CHAOS_OPTIONS_INVALID',
    'expected an engine of this copy of @bridge/chaos-core, got another object. Are two copies of it installed?',
  );
}
