import { requestContext } from '../request/request-context.ts';
import { type Entries, Seam } from '../seam.ts';
import { SentinelReply } from '../sentinel.ts';
import type { Dispatch } from './dispatch.ts';
import { interceptDispatchers } from './dispatcher-slot.ts';
import { type Carry, failing } from './effect.ts';

/** One live fault on `fetch`. */
export interface FetchEntry {
  readonly id: string;
  readonly carry: Carry;
  /** Whether this request is hit. Counts it. */
  hits(options: Parameters<Dispatch>[0]): boolean;
}

/** Every `fetch` of this thread, and whoever else uses undici's global dispatcher. */
export const fetchSeam = new Seam<FetchEntry>((entries) =>
  interceptDispatchers((dispatch) => (options, handler) => {
    const sentinel = requestContext.getStore()?.sentinel;
    if (sentinel !== undefined && entries.list.some(({ id }) => id === sentinel)) {
      return failing(() => new SentinelReply(sentinel))(dispatch, options, handler);
    }
    return pass(entries, dispatch, options, handler);
  }),
);

/** Several faults on one request take effect in the order they were injected. */
function pass({ list }: Entries<FetchEntry>, dispatch: Dispatch, ...[options, handler]: Parameters<Dispatch>): boolean {
  let next = dispatch;
  let isHit = false;
  for (let at = list.length - 1; at >= 0; at -= 1) {
    const entry = list[at];
    if (entry === undefined || !entry.hits(options)) continue;
    const inner = next;
    next = (...request) => entry.carry(inner, ...request);
    isHit = true;
  }
  return isHit ? next(options, handler) : dispatch(options, handler);
}
