import type { Grant, LeaderAction, Leadership, Standing } from './leadership.ts';

/** How many keys of deeds one process remembers; far more than a watchtower's budget lets it do in their lifetime. */
const REMEMBERED = 10_000;

/** Leadership of a host service that runs once: always leader, in term 1, and alone. The fence lives in memory. */
export function soleLeadership(): Leadership {
  const end = new AbortController();
  const begun = new Set<string>();
  const standing: Standing = { role: 'leader', term: 1n, alone: true, signal: end.signal };
  const ended: Standing = { role: 'witness', term: 1n, leader: null };
  return {
    get standing() {
      return end.signal.aborted ? ended : standing;
    },
    onChange(listener) {
      const tell = (): void => listener(ended);
      end.signal.addEventListener('abort', tell, { once: true });
      return { [Symbol.dispose]: () => end.signal.removeEventListener('abort', tell) };
    },
    async begin({ key, what }: LeaderAction): Promise<Grant> {
      if (end.signal.aborted) return { granted: false, reason: 'not-leader', detail: 'leadership was given up' };
      if (begun.has(key)) return { granted: false, reason: 'already-begun', detail: `${what} was begun before` };
      begun.add(key);
      if (begun.size > REMEMBERED) begun.delete(begun.values().next().value ?? key);
      return { granted: true, async finish() {} };
    },
    async close() {
      end.abort();
    },
  };
}
