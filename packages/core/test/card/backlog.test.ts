import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  artifactFolder,
  type BacklogChange,
  type BacklogSink,
  callbackBacklog,
  defineCard,
  drill,
  fileBacklog,
  isChaosError,
  nullDrill,
  openBacklog,
  webhookBacklog,
} from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { DrillWorld, SOUND } from './drill-world.ts';

function recorder(): { readonly changes: BacklogChange[]; readonly sink: BacklogSink } {
  const changes: BacklogChange[] = [];
  return { changes, sink: callbackBacklog((change) => void changes.push(change)) };
}

const SILENT = SOUND.slice(1);

describe('the backlog', () => {
  it('has one item per card and cause, more urgent with every failure, closed only by a passing drill', async () => {
    await using world = await DrillWorld.make();
    const { changes, sink } = recorder();
    const backlog = await openBacklog(world.engine, { sinks: [sink] });
    const card = defineCard(world.card());
    const once = async (reactions: Parameters<DrillWorld['reacts']>[0]): Promise<void> => {
      using _ = world.reacts(reactions);
      await world.through(drill(world.engine, card, { backlog }));
    };
    await once(SILENT);
    await once(SILENT);
    await once(SOUND.slice(0, 2));
    expect(changes.map(({ kind, item }) => [kind, item.cause, item.occurrences, item.priority])).toEqual([
      ['filed', 'trigger', 1, 2],
      ['raised', 'trigger', 2, 4],
      ['filed', 'task', 1, 2],
    ]);
    expect(backlog.open.map(({ cause }) => cause)).toEqual(['trigger', 'task']);
    expect(backlog.open[0]).toMatchObject({ owner: 'platform', kind: 'weakness', card: 'KH001', target: 'api' });
    expect(backlog.open[0]?.description).toContain('trigger heartbeat-gap did not come');

    world.service('mail').up = false;
    const unready = defineCard(world.card({ preconditions: [world.probe('mail answers', 'mail')] }));
    await world.through(drill(world.engine, unready, { backlog }));
    expect(backlog.open).toHaveLength(2);
    world.service('mail').up = true;

    await once(SOUND);
    expect(backlog.open).toEqual([]);
    expect(changes.slice(3).map(({ kind }) => kind)).toEqual(['closed', 'closed']);
  });

  it('keeps files that are never half-written, and takes open items up again after a restart', async () => {
    await using world = await DrillWorld.make();
    const folder = join(world.folder, 'backlog');
    const store = artifactFolder(join(world.folder, 'artifacts'));
    const card = defineCard(world.card());
    const fail = async (): Promise<readonly { readonly occurrences: number }[]> => {
      const backlog = await openBacklog(world.engine, { sinks: [fileBacklog(folder)] });
      using _ = world.reacts(SILENT);
      const artifacts = { store, collect: async () => [{ name: 'app.log', content: 'it broke' }] };
      await world.through(drill(world.engine, card, { backlog, artifacts }));
      return backlog.open;
    };
    await fail();
    expect(await fail()).toMatchObject([{ occurrences: 2, state: 'open' }]);
    expect(await readdir(folder)).toHaveLength(1);
    const [item] = (await fileBacklog(folder).items?.()) ?? [];
    expect(item?.artifacts.map(({ name }) => name)).toEqual(['drill.json', 'app.log']);
    const kept = await readdir(join(world.folder, 'artifacts'));
    expect(item?.artifacts.every(({ sha256 }) => kept.includes(sha256))).toBe(true);
  });

  it('takes open items up again from the entries of a ledger', async () => {
    await using world = await DrillWorld.make();
    const first = recorder();
    const backlog = await openBacklog(world.engine, { sinks: [first.sink] });
    using _ = world.reacts(SILENT);
    await world.through(drill(world.engine, defineCard(world.card()), { backlog }));
    const entries = world.engine.recent();
    const second = recorder();
    const reopened = await openBacklog(world.engine, { sinks: [second.sink], entries });
    expect(reopened.open).toEqual(backlog.open);
    await world.through(drill(world.engine, defineCard(world.card()), { backlog: reopened }));
    expect(second.changes.map(({ kind }) => kind)).toEqual(['raised']);
  });

  it('posts changes to a webhook, signed, and tells again what was not taken', async () => {
    const bodies: { readonly key: string; readonly body: string; readonly signature: string }[] = [];
    let answer = 500;
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        const { 'idempotency-key': key, 'x-chaos-signature': signature } = request.headers;
        bodies.push({ key: String(key), body: Buffer.concat(chunks).toString(), signature: String(signature) });
        response.writeHead(answer).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await using world = await DrillWorld.make();
    const { port } = server.address() as AddressInfo;
    const sink = webhookBacklog({ url: `http://127.0.0.1:${port}/hook`, secret: 'k', timeout: '20s' });
    const backlog = await openBacklog(world.engine, { sinks: [sink] });
    const card = defineCard(world.card());
    await world.through(nullDrill(world.engine, card, { backlog }));
    expect(bodies).toEqual([]);
    using _ = world.reacts(SILENT);
    await world.through(drill(world.engine, card, { backlog }));
    answer = 204;
    await world.through(drill(world.engine, card, { backlog }));
    server.close();
    const [refused, again, raised] = bodies;
    expect(again).toEqual(refused);
    expect(JSON.parse(again?.body ?? '{}')).toMatchObject({ kind: 'filed', item: { cause: 'trigger' } });
    expect(again?.signature).toMatch(/^sha256=[0-9a-f]{64}$/);
    expect(raised?.key).toMatch(/^BL-.*-raised-2$/);
    expect(bodies).toHaveLength(3);
  });

  it('keeps false alarms apart: a null drill opens and closes those, and nothing else', async () => {
    await using world = await DrillWorld.make();
    const { changes, sink } = recorder();
    const backlog = await openBacklog(world.engine, { sinks: [sink] });
    const card = defineCard(world.card());
    world.clock.timer(1_000, () => world.engine.signal({ kind: 'trigger', name: 'heartbeat-gap' }));
    await world.through(nullDrill(world.engine, card, { backlog }));
    using _ = world.reacts(SOUND);
    await world.through(drill(world.engine, card, { backlog }));
    expect(backlog.open.map(({ cause }) => cause)).toEqual(['false-alarm']);
    await world.through(nullDrill(world.engine, card, { backlog }));
    expect(changes.map(({ kind }) => kind)).toEqual(['filed', 'closed']);
  });

  it('says which file it cannot read', async () => {
    await using world = await DrillWorld.make();
    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(world.folder, 'BL-1.json'), '{"id":');
    const opening = openBacklog(world.engine, { sinks: [fileBacklog(world.folder)] });
    await expect(opening).rejects.toSatisfy((error) => isChaosError(error, 'CHAOS_BACKLOG_FAILED'));
  });
});
