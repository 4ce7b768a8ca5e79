import { virtualClock } from '@bridge/chaos-core/testkit';
import { describe, expect, it } from 'vitest';
import { LeaderElector } from '../../src/leadership/leader-elector.ts';
import { memoryLeases } from '../../src/leadership/memory-leases.ts';
import { whileLeading } from '../../src/leadership/while-leading.ts';

const TTL = 3_000;

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
}

describe('what runs while leading', () => {
  it('runs at one replica at a time, moves when the leader leaves, and ends with its signal', async () => {
    const clock = virtualClock();
    const leases = memoryLeases(clock);
    const end = new AbortController();
    const running = new Set<string>();
    const log: string[] = [];
    const electors = ['a', 'b'].map((node) => LeaderElector.start({ leases, node, ttl: TTL, clock }));
    const tasks = electors.map((elector, at) =>
      whileLeading(
        elector,
        async ({ number, signal }) => {
          running.add(`${at}`);
          log.push(`${at} in term ${number}`);
          expect(running.size).toBe(1);
          await untilAborted(signal).finally(() => running.delete(`${at}`));
        },
        end,
      ),
    );
    await clock.advance(3 * TTL);
    await electors[0]?.close();
    await clock.advance(3 * TTL);
    expect(log).toEqual(['0 in term 1', '1 in term 2']);
    end.abort();
    await Promise.all(tasks);
    expect(running.size).toBe(0);
    await electors[1]?.close();
  });

  it('rejects when the task does', async () => {
    const elector = LeaderElector.start({ leases: memoryLeases(), node: 'a' });
    const task = whileLeading(elector, () => Promise.reject(new Error('a bad task')), new AbortController());
    await expect(task).rejects.toThrow('a bad task');
    await elector.close();
  });

  it('runs once a term, however often it ends by itself', async () => {
    const clock = virtualClock();
    const end = new AbortController();
    let runs = 0;
    const countRun = async (): Promise<void> => {
      runs += 1;
    };
    const elector = LeaderElector.start({ leases: memoryLeases(clock), node: 'a', ttl: TTL, clock });
    const over = whileLeading(elector, countRun, end);
    await clock.advance(10 * TTL);
    expect(runs).toBe(1);
    end.abort();
    await over;
    await elector.close();
  });
});
