import { virtualClock } from '@bridge/chaos-core/testkit';
import { chaos } from '@bridge/chaos-injectors/app';
import { describe, expect, it } from 'vitest';

const enabled = (): boolean => true;

class Counter {
  #count = 0;
  step = 2;
  add(times: number): number {
    this.#count += times * this.step;
    return this.#count;
  }
  async read(): Promise<number> {
    return this.#count;
  }
}

describe('chaos.wrap', () => {
  it('lets calls pass unless it is enabled', async () => {
    const add = chaos.wrap((a: number, b: number) => a + b, { fault: { error: () => new Error('no') } });
    expect(await add(1, 2)).toBe(3);
  });

  it('fails the calls its schedule says, counting the enabled ones', async () => {
    const seen: unknown[] = [];
    const add = chaos.wrap((a: number) => a, {
      fault: { error: ({ args }) => new Error(`no ${args[0]}`) },
      when: { pattern: 'FS', repeat: true },
      enabled: ({ args }) => args[0] !== 0,
      onInjected: ({ args }) => seen.push(...args),
    });
    const ended = [];
    for (const n of [1, 0, 0, 2, 3]) ended.push(await add(n).catch((thrown: Error) => thrown.message));
    expect(ended).toEqual(['no 1', 0, 0, 2, 'no 3']);
    expect(seen).toEqual([1, 3]);
  });

  it('substitutes results, runs side effects, waits', async () => {
    const clock = virtualClock();
    const work = (): string => 'done';
    const instead = chaos.wrap(work, { fault: { result: () => 'stale' }, enabled });
    expect(await instead()).toBe('stale');
    const did: string[] = [];
    const beside = chaos.wrap(work, { fault: { behavior: () => did.push('restarted') }, enabled });
    expect([await beside(), did]).toEqual(['done', ['restarted']]);
    const slow = chaos.wrap(work, { fault: { latency: '1h' }, enabled, clock })();
    expect(await Promise.race([slow, Promise.resolve('waits')])).toBe('waits');
    await clock.advance(3_600_000);
    expect(await slow).toBe('done');
  });

  it('wraps a client, private members included, and draws by its seed', async () => {
    const client = (seed: number) =>
      chaos.wrap(new Counter(), {
        fault: { error: () => new Error('no') },
        perCall: 0.5,
        seed,
        enabled: ({ method }) => method === 'add',
      });
    const counter = client(1);
    expect(counter.step).toBe(2);
    const drawn = async (one: typeof counter): Promise<string> => {
      let text = '';
      for (let n = 0; n < 20; n += 1)
        text += await one.add(1).then(
          () => 'S',
          () => 'F',
        );
      return text;
    };
    const first = await drawn(counter);
    expect(await drawn(client(1))).toBe(first);
    expect(first).toMatch(/F.*S|S.*F/);
    expect(await counter.read()).toBe(2 * first.replaceAll('F', '').length);
  });
});
