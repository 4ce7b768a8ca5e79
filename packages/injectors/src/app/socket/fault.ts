import { once } from 'node:events';
import { connect } from 'node:net';
import * as z from 'zod';
import { appFault } from '../app-fault.ts';
import { asSentinel, requestContext } from '../request/request-context.ts';
import { Rule } from '../request/rule.ts';
import { scopeText, sharedScope } from '../request/scope.ts';
import { when, whenText } from '../request/when.ts';
import { isReplyTo, SENTINEL_PLACE, SentinelReply } from '../sentinel.ts';
import { matchesWildcard, wildcard } from '../wildcard.ts';
import type { Connection } from './connection.ts';
import { connections } from './connections.ts';
import { hitNew, hitOpen, socketEffect, socketEffectText } from './effect.ts';

/** Which connections, by where they go. Every member that is given must fit; `*` in the host stands for anything. */
const connectionMatch = z.strictObject({
  /** The name that is looked up, or the address that is connected to. */
  host: wildcard.optional(),
  port: z.int().min(1).max(65_535).optional(),
});

/**
 * `app.socket`: TCP and TLS connections that this thread makes go wrong, whatever makes them: database drivers, Redis
 * clients, `fetch`. Connections that are open already are hit when `watchConnections()` was called before they opened.
 */
export const appSocket = appFault({
  type: 'app.socket',
  params: z.strictObject({
    scope: sharedScope,
    /** Where to. A host or a port must be said: nobody means every connection of the process. */
    match: connectionMatch.refine(({ host, port }) => host !== undefined || port !== undefined, {
      error: 'expected a host or a port',
    }),
    /** Counted per connection. */
    when: when.default('always'),
    effect: socketEffect,
  }),
  risk: 'high',
  describe: ({ scope, match, when, effect }) =>
    `${socketEffectText[effect.kind]} to ${match.host ?? '*'}:${match.port ?? '*'}: ${whenText(when)}, ${scopeText(scope)}`,
  begin({ scope, match, when, effect }, { id, random }) {
    const rule = new Rule({ scope, when, random });
    const undos: Disposable[] = [];
    let isOver = false;
    const decided = new WeakSet<Connection>();
    const hits = (connection: Connection): boolean => {
      if (decided.has(connection) || !rule.covers() || !fits(match, connection)) return false;
      decided.add(connection);
      return rule.draws();
    };
    const keep = (undo: Disposable | undefined): void => void (undo !== undefined && undos.push(undo));
    const watching = connections.watch((connection) => {
      const sentinel = requestContext.getStore()?.sentinel;
      if (sentinel === id) process.nextTick(() => connection.socket.destroy(new SentinelReply(id)));
      else if (hits(connection)) keep(hitNew(connection, effect, () => isOver));
    });
    if (effect.kind !== 'refuse') {
      for (const connection of connections.open) if (hits(connection)) keep(hitOpen(connection, effect));
    }
    return {
      isLive: () => answersSentinel(id),
      counters: () => rule.counters(),
      async [Symbol.asyncDispose]() {
        isOver = true;
        watching[Symbol.dispose]();
        for (const undo of undos) undo[Symbol.dispose]();
      },
    };
  },
});

function fits({ host, port }: z.output<typeof connectionMatch>, { destination }: Connection): boolean {
  if (port !== undefined && port !== destination.port) return false;
  if (host === undefined) return true;
  return [destination.host, destination.address].some((name) => name !== undefined && matchesWildcard(host, name));
}

async function answersSentinel(id: string): Promise<boolean> {
  const socket = asSentinel(id, () => connect(SENTINEL_PLACE));
  try {
    await once(socket, 'connect');
    return false;
  } catch (thrown) {
    return isReplyTo(id, thrown);
  } finally {
    socket.destroy();
  }
}
