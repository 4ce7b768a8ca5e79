import type { Target, TargetSource } from '@bridge/chaos-core';
import * as z from 'zod';
import { ownProcess, startMark } from './own-process.ts';

/** What may stand under `app` in a selector. */
const appQuery = z
  .union([z.literal('self'), z.strictObject({})])
  .meta({ id: 'AppQuery', description: 'this very process: "self"' });

/** The process (and thread) that runs the engine: the one target of its kind. It is in no group. */
export const appSource: TargetSource<'app', typeof appQuery> = {
  kind: 'app',
  query: appQuery,
  find: async () => [await self()],
  async reread(target) {
    const now = await self();
    return now.id === target.id && now.startedAt === target.startedAt ? now : undefined;
  },
  group: async () => [await self()],
};

async function self(): Promise<Target> {
  const record = await ownProcess();
  return { kind: 'app', id: String(record.pid), name: process.title, labels: {}, startedAt: startMark(record) };
}
