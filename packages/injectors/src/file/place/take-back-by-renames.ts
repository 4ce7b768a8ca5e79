import type { CallContext } from '../../docker/connection.ts';
import type { FilePlace } from './file-place.ts';
import { type Taking, withNumber } from './taking.ts';

/** How often something new may take the name before the caller is told to try again; each takes some agent steps. */
const ATTEMPTS = 5;

/**
 * Gives what is hidden its name back by renames that replace nothing, where a file cannot be given a second name. Something
 * new may take the name in between: then that is set aside as well.
 */
export async function takeBackByRenames(
  place: FilePlace,
  name: string,
  context: CallContext,
  { hidden, newcomer }: Taking,
): Promise<readonly string[]> {
  const kept: string[] = [];
  for (let attempt = 1; ; attempt += 1) {
    if (typeof (await place.look(context)) !== 'string') {
      const aside = await freeName(place, context, newcomer);
      await place.rename(context, aside);
      kept.push(aside);
    }
    try {
      await place.sibling(hidden).rename(context, name);
      return kept;
    } catch (error) {
      const taken = typeof (await place.look(context)) !== 'string';
      if (!taken || attempt === ATTEMPTS) throw error;
    }
  }
}

async function freeName(place: FilePlace, context: CallContext, newcomer: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = withNumber(newcomer, number);
    if (typeof (await place.sibling(name).look(context)) === 'string') return name;
  }
}
