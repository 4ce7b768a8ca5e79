import { randomUUID } from 'node:crypto';
import { type ChannelModel, connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resources } from '../../src/resource/plugin.ts';
import { faultContext } from '../fault-context.ts';
import { flooded, floodOn } from './flooded.ts';
import { type RabbitmqServer, startRabbitmq } from './rabbitmq-server.ts';

const url = { env: 'CHAOS_TEST_AMQP_URL' };
const PARAMS = { messages: 5, perSecond: 1_000 };
/** Long enough for a busy machine to put messages in and look at them; undo waits for it. */
const LIFETIME = '10s' as const;
let broker: RabbitmqServer;

beforeAll(async () => {
  broker = await startRabbitmq();
  process.env[url.env] = broker.url;
});
afterAll(() => broker[Symbol.asyncDispose]());

/** A queue of the test's own, and another client's look at it. */
async function ownQueue() {
  const made = new AsyncDisposableStack();
  const model: ChannelModel = await connect(broker.url);
  made.defer(() => model.close());
  const channel = await model.createConfirmChannel();
  const name = `chaos-test-${randomUUID()}`;
  await channel.assertQueue(name, { durable: false });
  made.defer(async () => void (await channel.deleteQueue(name)));
  return {
    name,
    put: async (text: string) => {
      channel.sendToQueue(name, Buffer.from(text));
      await channel.waitForConfirms();
    },
    take: () => channel.get(name, { noAck: true }),
    length: async () => (await channel.checkQueue(name)).messageCount,
    [Symbol.asyncDispose]: () => made.disposeAsync(),
  };
}

describe('a flood of a queue of a broker', () => {
  it.concurrent('makes it longer by what was sent, marked; once undone, no worker gets one of its messages', async () => {
    await using own = await ownQueue();
    await own.put('theirs');
    await using all = await flooded({ amqp: { url, queue: own.name, lifetime: LIFETIME } }, 40);
    expect(await own.length()).toBe(41);
    expect(await all.flood.observe(all.undo, all.context)).toBe('present');
    await own.take();
    const first = await own.take();
    expect(first === false ? undefined : first.properties.headers).toEqual({ 'x-bridge-chaos': all.undo.mark });
    await own.put('late');
    await all.flood.revert(all.undo, all.context);
    expect(await all.flood.observe(all.undo, all.context)).toBe('absent');
    const last = await own.take();
    expect(last === false ? undefined : last.content.toString()).toBe('late');
    expect(await own.length()).toBe(0);
  }, 60_000);

  it.concurrent('is undone by another process that knows the record alone', async () => {
    await using own = await ownQueue();
    const queue = { amqp: { url, queue: own.name, lifetime: LIFETIME } };
    await using all = await flooded(queue, 10);
    await using other = await floodOn(queue);
    const context = faultContext();
    expect(await other.flood.observe(all.undo, context)).toBe('present');
    await other.flood.revert(all.undo, context);
    expect(await other.flood.observe(all.undo, context)).toBe('absent');
    expect(await own.length()).toBe(0);
  }, 60_000);

  it('is refused where there is no queue', async () => {
    await using none = await floodOn({ amqp: { url, queue: 'chaos-test-nowhere' } });
    const prepared = none.flood.prepare(none.target, PARAMS, faultContext());
    await expect(prepared).rejects.toThrow(/expected the broker to have the queue chaos-test-nowhere, got .*NOT_FOUND/);
  });

  it('does not show a password that is refused', async () => {
    const given = new URL(broker.url);
    given.username = 'chaos';
    given.password = 'wr0ng';
    process.env['MAIL_AMQP'] = given.href;
    await using wrong = await floodOn({ amqp: { url: { env: 'MAIL_AMQP' }, queue: 'any' } });
    const refused = await wrong.flood.prepare(wrong.target, PARAMS, faultContext()).catch(String);
    expect(refused).toMatch(/ACCESS_REFUSED|ACCESS-REFUSED/);
    expect(refused).not.toContain('wr0ng');
  });
});

describe('the way to a broker', () => {
  it.each([
    [{ url: 'http://a', queue: 'a' }, /expected a URL with amqp:\/\/ or amqps:\/\/.*queues\.jobs\.amqp\.url/s],
    [{ url: 'amqp://me:s3cret@a', queue: 'a' }, /expected no user or password.*queues\.jobs\.amqp\.url/s],
    [{ url: 'amqp://a', queue: 'a', lifetime: 10 }, /expected 1 s to 1 h.*queues\.jobs\.amqp\.lifetime/s],
  ])('refuses %j and names the field', (given, reason) => {
    const make = () => resources({ queues: { jobs: { amqp: given } } });
    expect(make).toThrow(reason);
    expect(make).not.toThrow('s3cret');
  });

  it('survives being written down for the guardian', () => {
    const { options } = resources({ queues: { jobs: { amqp: { url: 'amqp://a', queue: 'a', lifetime: '5s' } } } });
    expect(resources(JSON.parse(JSON.stringify(options))).options).toEqual(options);
  });
});
