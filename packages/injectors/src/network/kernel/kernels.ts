import { callContext } from '../../container/own-engine-container.ts';
import type { Helpers } from '../helper/helpers.ts';
import { type Abilities, tryAbilities } from './abilities.ts';

/** What the kernels under the engines can do; each is tried once. */
export class Kernels {
  readonly #helpers: Helpers;
  readonly #known = new Map<string, Promise<Abilities>>();

  constructor(helpers: Helpers) {
    this.#helpers = helpers;
  }

  async of(connection: string): Promise<Abilities> {
    const known = this.#known.get(connection);
    if (known !== undefined) return known;
    const tried = this.#try(connection);
    this.#known.set(connection, tried);
    tried.catch(() => this.#known.delete(connection));
    return tried;
  }

  async #try(connection: string): Promise<Abilities> {
    const context = callContext();
    const helper = await this.#helpers.apart(connection, context);
    try {
      return await tryAbilities(helper, context);
    } finally {
      helper.close();
    }
  }
}
