import type { BacklogChange, BacklogSink } from './backlog-item.ts';

/** Hands every change to a function, for example one that talks to an issue tracker. */
export function callbackBacklog(put: (change: BacklogChange) => Promise<void> | void, name = 'callback'): BacklogSink {
  return {
    name,
    async put(change) {
      await put(change);
    },
  };
}
