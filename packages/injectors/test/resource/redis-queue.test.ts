import { fileURLToPath } from 'node:url';
import { conformanceChecks, type FaultHarness } from '@bridge/chaos-core/testkit';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { resources } from '../../src/resource/plugin.ts';
import { faultContext } from '../fault-context.ts';
import { leaf } from '../proxy/pki/pki.ts';
import { expectHeard, flooded, floodOn } from './flooded.ts';
import { startRedis } from './redis-server.ts';

const redis = await startRedis();
const url = `redis://127.0.0.1:${redis.port}`;
afterAll(() => redis[Symbol.asyncDispose]());
beforeEach(async () => void (await redis.ask('FLUSHALL')));

const AUTHORITY = fileURLToPath(new URL('../proxy/pki/ca.pem', import.meta.url));
const length = async (command: string, key: string): Promise<number> => Number(await redis.ask(command, key));

describe('a flood of a list of Redis', () => {
  it('makes it longer by what was sent, and takes out exactly what still waits of it', async () => {
    await redis.ask('LPUSH', 'orders', 'theirs', 'theirs too');
    await using all = await flooded({ redis: { url, list: 'orders' } }, 40);
    expect(await length('LLEN', 'orders')).toBe(42);
    expect(await all.flood.observe(all.undo, all.context)).toBe('present');
    // A worker takes two of theirs and three of ours, and somebody puts another one in.
    await redis.ask('RPOP', 'orders', '5');
    await redis.ask('LPUSH', 'orders', 'late');
    await all.flood.revert(all.undo, all.context);
    expect(await redis.ask('LRANGE', 'orders', '0', '-1')).toBe('late');
    expect(await all.flood.observe(all.undo, all.context)).toBe('absent');
  });

  it('pushes at the other end, and a message of the user’s own form', async () => {
    const message = { kind: 'order', id: '${id}', amount: 1 };
    await using all = await flooded({ redis: { url: `${url}/3`, list: 'orders', push: 'right', message } }, 3);
    const texts = (await redis.ask('-n', '3', 'LRANGE', 'orders', '0', '-1')).split('\n');
    expect(texts.map((text) => JSON.parse(text))).toEqual(
      ['0', '1', '2'].map((n) => ({
        kind: 'order',
        id: expect.stringMatching(new RegExp(`^flood-.*-${n}$`)),
        amount: 1,
      })),
    );
    expect(await length('LLEN', 'orders')).toBe(0);
    await all.flood.revert(all.undo, all.context);
    expect(await redis.ask('-n', '3', 'EXISTS', 'orders')).toBe('0');
  });

  it('is undone by another process that knows the record alone', async () => {
    await redis.ask('RPUSH', 'orders', 'theirs');
    await using all = await flooded({ redis: { url, list: 'orders' } }, 10);
    await using other = await floodOn({ redis: { url, list: 'orders' } });
    const context = faultContext();
    expect(await other.flood.observe(all.undo, context)).toBe('present');
    await other.flood.revert(all.undo, context);
    await other.flood.revert(all.undo, context);
    expect(await other.flood.observe(all.undo, context)).toBe('absent');
    expect(await redis.ask('LRANGE', 'orders', '0', '-1')).toBe('theirs');
  });
});

describe('a flood of a stream of Redis', () => {
  it('makes it longer by what was sent; undo leaves every entry of others, and no pending one of ours', async () => {
    await redis.ask('XADD', 'events', '*', 'id', 'theirs');
    await redis.ask('XGROUP', 'CREATE', 'events', 'workers', '0');
    await using all = await flooded({ redis: { url, stream: 'events', fields: { kind: 'order', id: '${id}' } } }, 30);
    expect(await length('XLEN', 'events')).toBe(31);
    await redis.ask('XREADGROUP', 'GROUP', 'workers', 'one', 'COUNT', '5', 'STREAMS', 'events', '>');
    await redis.ask('XADD', 'events', '*', 'id', 'late');
    await all.flood.revert(all.undo, all.context);
    expect(await redis.ask('XRANGE', 'events', '-', '+')).toMatch(/theirs\n.*\nid\nlate$/);
    expect(await length('XLEN', 'events')).toBe(2);
    expect(await redis.ask('XPENDING', 'events', 'workers')).toMatch(/^1\n/);
    expect(await all.flood.observe(all.undo, all.context)).toBe('absent');
  });

  it('is refused where there is no stream', async () => {
    await using none = await floodOn({ redis: { url, stream: 'events' } });
    const prepared = none.flood.prepare(none.target, { messages: 1, perSecond: 1 }, faultContext());
    await expect(prepared).rejects.toThrow('expected Redis to XINFO, got ERR no such key');
    expect(await redis.ask('EXISTS', 'events')).toBe('0');
  });
});

describe('a flood of a channel of Redis', () => {
  it('reaches who listens, and is in effect while it goes on', async () => {
    await using listener = await redis.listen('news');
    await expectHeard({ redis: { url, channel: 'news' } }, listener);
  });

  it('is refused while nobody listens, and says that it cannot be taken back', async () => {
    await using news = await floodOn({ redis: { url, channel: 'news' } });
    const params = { messages: 1, perSecond: 1 };
    expect(await news.flood.feasible?.(news.target, params, faultContext())).toMatchObject({
      possible: false,
      remedy: 'start a subscriber first',
    });
  });
});

describe('the way to Redis', () => {
  it('uses TLS, and a user and password that stand in the environment only', async () => {
    await redis.ask('ACL', 'SETUSER', 'chaos', 'on', '>s3:cr/et', '~*', '+@all');
    const port = await redis.secured(leaf);
    process.env['ORDERS_REDIS'] = `rediss://chaos:${encodeURIComponent('s3:cr/et')}@localhost:${port}`;
    const queue = { redis: { url: { env: 'ORDERS_REDIS' }, ca: AUTHORITY, list: 'orders' } };
    await using all = await flooded(queue, 5);
    expect(await length('LLEN', 'orders')).toBe(5);
    expect(JSON.stringify([all.undo, resources({ queues: { jobs: queue } }).options])).not.toMatch(/s3|chaos:/);
    await all.flood.revert(all.undo, all.context);
    process.env['ORDERS_REDIS'] = `rediss://chaos:wr0ng@localhost:${port}`;
    await using wrong = await floodOn(queue);
    const refused = await wrong.flood
      .prepare(wrong.target, { messages: 1, perSecond: 1 }, faultContext())
      .catch(String);
    expect(refused).toMatch(/expected Redis to AUTH, got WRONGPASS/);
    expect(refused).not.toContain('wr0ng');
  });

  it.each([
    [{ url: 'http://a', list: 'a' }, /expected a URL with redis:\/\/ or rediss:\/\/.*queues\.jobs\.redis\.url/s],
    [{ url: 'redis://:s3cret@a', list: 'a' }, /expected no user or password.*queues\.jobs\.redis\.url/s],
    [{ url, list: 'a', stream: 'b' }, /exactly one of list, stream and channel/],
    [{ url, stream: 'a', push: 'left' as const }, /expected push only with list/],
    [{ url, list: 'a', message: 'no place' }, /expected \$\{id\} in the message/],
  ])('refuses %j and names the field', (redis, reason) => {
    const make = () => resources({ queues: { jobs: { redis } } });
    expect(make).toThrow(reason);
    expect(make).not.toThrow('s3cret');
  });

  it('says which variable holds no URL, and not what it holds', async () => {
    process.env['ORDERS_REDIS'] = 'http://s3cret';
    await using odd = await floodOn({ redis: { url: { env: 'ORDERS_REDIS' }, list: 'a' } });
    const prepared = odd.flood.prepare(odd.target, { messages: 1, perSecond: 1 }, faultContext()).catch(String);
    expect(await prepared).toMatch(/queues\.jobs\.redis\.url: expected the environment variable ORDERS_REDIS to hold/);
    expect(await prepared).not.toContain('s3cret');
  });
});

/** The guardian gets the name of the variable alone. */
function harness(): FaultHarness {
  process.env['KILLED_REDIS'] = url;
  const plugin = resources({ queues: { killed: { redis: { url: { env: 'KILLED_REDIS' }, list: 'killed' } } } });
  return {
    plugin,
    async make() {
      const [target] = await plugin.targets[0].find('killed', faultContext());
      if (target === undefined) throw new Error('no queue');
      await redis.ask('RPUSH', 'killed', 'theirs');
      return {
        target,
        params: { messages: 5, perSecond: 1_000 },
        witness: async () => {
          const texts = (await redis.ask('LRANGE', 'killed', '0', '-1')).split('\n');
          return { theirs: texts.includes('theirs'), flooded: texts.length > 1 };
        },
        [Symbol.asyncDispose]: async () => plugin.close?.(),
      };
    },
  };
}

describe('resource.queue-flood of Redis', () => {
  const checks = conformanceChecks({ type: 'resource.queue-flood' }, harness());
  for (const { name, run } of checks.filter((check) => check.name.includes('SIGKILL at inject:after'))) {
    it(name, run, 120_000);
  }
});
