import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { resources } from '../../src/resource/plugin.ts';
import { faultContext } from '../fault-context.ts';
import { expectHeard, flooded, floodOn } from './flooded.ts';
import { startNats } from './nats-server.ts';

const nats = await startNats();
const url = `nats://127.0.0.1:${nats.port}`;
afterAll(() => nats[Symbol.asyncDispose]());

const PKI = fileURLToPath(new URL('../proxy/pki/', import.meta.url));
const PARAMS = { messages: 5, perSecond: 1_000 };

/** A stream of the test's own that keeps `<name>.*`. */
async function stream(name: string, more: object = {}): Promise<string> {
  const config = { name, subjects: [`${name}.*`], storage: 'memory', retention: 'limits', ...more };
  const { payload } = await nats.ask(`$JS.API.STREAM.CREATE.${name}`, config);
  expect(payload).toContain('stream_create_response');
  return name;
}

describe('a flood of a stream of NATS', () => {
  it('makes it longer by what was sent, and deletes exactly what still waits of it', async () => {
    const name = await stream('orders');
    await nats.ask(`${name}.new`, 'theirs');
    await using all = await flooded({ nats: { url, subject: `${name}.new`, stream: name } }, 150);
    expect(await nats.length(name)).toBe(151);
    expect(await all.flood.observe(all.undo, all.context)).toBe('present');
    await nats.ask(`${name}.new`, 'theirs, late');
    // A worker has taken one of ours.
    await nats.ask(`$JS.API.STREAM.MSG.DELETE.${name}`, { seq: 2 });
    await all.flood.revert(all.undo, all.context);
    expect(await nats.length(name)).toBe(2);
    const last = await nats.ask(`$JS.API.STREAM.MSG.GET.${name}`, { last_by_subj: `${name}.new` });
    expect(JSON.parse(last.payload).message.data).toBe(Buffer.from('"theirs, late"').toString('base64'));
    expect(await all.flood.observe(all.undo, all.context)).toBe('absent');
  });

  it('is undone by another process that knows the record alone', async () => {
    const name = await stream('mails');
    const queue = { nats: { url, subject: `${name}.new`, stream: name } };
    await using all = await flooded(queue, 10);
    await using other = await floodOn(queue);
    const context = faultContext();
    expect(await other.flood.observe(all.undo, context)).toBe('present');
    await other.flood.revert(all.undo, context);
    await other.flood.revert(all.undo, context);
    expect(await nats.length(name)).toBe(0);
  });

  it('is refused where it would push out what others have put in, or where the stream keeps something else', async () => {
    const name = await stream('small', { max_msgs: 7, discard: 'old' });
    await nats.ask(`${name}.new`, 1);
    await nats.ask(`${name}.new`, 2);
    await nats.ask(`${name}.new`, 3);
    const reasonOf = async (subject: string) => {
      await using small = await floodOn({ nats: { url, subject, stream: name } });
      const answer = await small.flood.feasible?.(small.target, PARAMS, faultContext());
      return answer?.possible === false ? answer.reason : 'possible';
    };
    expect(await reasonOf(`${name}.new`)).toMatch(/expected room for 5 messages in the stream small, got 4/);
    expect(await reasonOf('elsewhere.new')).toMatch(/expected the stream small to keep elsewhere.new, got none/);
  });
});

describe('a flood of a subject of NATS that no stream keeps', () => {
  it('reaches who listens, is in effect while it goes on, and says that it cannot be taken back', async () => {
    await using listener = await nats.listen('news.today');
    const queue = { nats: { url, subject: 'news.today' } };
    await using news = await floodOn(queue);
    expect(await news.flood.feasible?.(news.target, PARAMS, faultContext())).toMatchObject({
      possible: true,
      path: expect.stringContaining('cannot be taken back'),
    });
    await expectHeard(queue, listener);
  });

  it('fails where nobody listens, and is refused where a stream would keep it', async () => {
    await using nobody = await floodOn({ nats: { url, subject: 'nobody.here' } });
    const context = faultContext();
    const undo = await nobody.flood.prepare(nobody.target, PARAMS, context);
    await expect(nobody.flood.inject(nobody.target, PARAMS, undo, context)).rejects.toThrow('start a subscriber first');
    const name = await stream('kept');
    await using kept = await floodOn({ nats: { url, subject: `${name}.new` } });
    await expect(kept.flood.prepare(kept.target, PARAMS, context)).rejects.toThrow('stream: "kept"');
  });
});

describe('the way to NATS', () => {
  it('uses TLS where the server asks for it, and a user and password that stand in the environment only', async () => {
    await using guarded = await startNats(
      `tls { cert_file: "${PKI}leaf.pem", key_file: "${PKI}leaf.key" }\nauthorization { user: chaos, password: "s3:cr/et" }`,
    );
    const way = (password: string) => `nats://chaos:${encodeURIComponent(password)}@localhost:${guarded.port}`;
    process.env['JOBS_NATS'] = way('s3:cr/et');
    const queue = { nats: { url: { env: 'JOBS_NATS' }, ca: `${PKI}ca.pem`, subject: 'jobs.new' } };
    await using jobs = await floodOn(queue);
    const undo = await jobs.flood.prepare(jobs.target, PARAMS, faultContext());
    expect(JSON.stringify([undo, resources({ queues: { jobs: queue } }).options])).not.toMatch(/s3|chaos:/);
    process.env['JOBS_NATS'] = way('wr0ng');
    await using wrong = await floodOn(queue);
    const refused = await wrong.flood.prepare(wrong.target, PARAMS, faultContext()).catch(String);
    expect(refused).toMatch(/Authorization Violation/);
    expect(refused).not.toContain('wr0ng');
  });

  it.each([
    [{ url: 'http://a', subject: 'a' }, /expected a URL with nats:\/\/ or tls:\/\/.*queues\.jobs\.nats\.url/s],
    [{ url: 'nats://s3cret@a', subject: 'a' }, /expected no user or password.*queues\.jobs\.nats\.url/s],
    [{ url, subject: 'a.>' }, /without wildcards.*queues\.jobs\.nats\.subject/s],
    [{ url, subject: 'a\r\nPUB b 0' }, /without wildcards and spaces/],
  ])('refuses %j and names the field', (given, reason) => {
    const make = () => resources({ queues: { jobs: { nats: given } } });
    expect(make).toThrow(reason);
    expect(make).not.toThrow('s3cret');
  });
});
