import type { CallContext } from '../../docker/connection.ts';
import type { Helper } from '../helper/helper.ts';
import type { NetnsLook } from '../rules/netns-look.ts';

interface Recent {
  readonly look: NetnsLook;
  readonly fault: string;
  readonly at: number;
}

/** As old as a look may be to still stand for now, ms. */
const FRESH = 250;
const recent = new WeakMap<Helper, Recent>();

/** Keeps what was seen for those who ask for the same moment: a look costs several processes. */
export function keepLook(helper: Helper, look: NetnsLook, fault: string, { clock }: CallContext): void {
  recent.set(helper, { look, fault, at: clock.now() });
}

/** To be called before anything is changed: what was seen before tells nothing about what comes after. */
export function forgetLook(helper: Helper): void {
  recent.delete(helper);
}

/** What was just seen in this network, if nothing of ours has changed there since; with this fault's statistics. */
export function keptLook(helper: Helper, fault: string, { clock }: CallContext): NetnsLook | undefined {
  const found = recent.get(helper);
  return found?.fault === fault && clock.now() - found.at <= FRESH ? found.look : undefined;
}

/** The same, seen for whichever fault: without statistics. */
export function keptTables(helper: Helper, { clock }: CallContext): NetnsLook | undefined {
  const found = recent.get(helper);
  return found !== undefined && clock.now() - found.at <= FRESH ? { ...found.look, stats: undefined } : undefined;
}
