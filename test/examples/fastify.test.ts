import { expect, test } from 'vitest';
import * as z from 'zod';
import { startExample } from './example.ts';
import { endsCleanly, experimentOn, portIn, runAt } from './service.ts';

test('a Fastify service sees its worker killed, says so to the engine, and replaces it', async () => {
  await using example = await startExample('fastify/server.ts', { PORT: '0', CHAOS_ENABLED: 'true' });
  const base = `http://127.0.0.1:${portIn(await example.line('ready'))}`;
  const pid = await workerPid(base);
  const report = await runAt(base, {
    name: 'a killed worker is replaced',
    faults: [{ type: 'process.kill', target: { process: pid } }],
    ...experimentOn(base, '/double'),
  });
  expect(report.signals.map(({ name }) => name)).toEqual(['worker-died', 'restart-worker']);
  expect(report.marks.detect).not.toBeNull();
  expect(await workerPid(base)).not.toBe(pid);
  expect(await (await fetch(`${base}/double`)).json()).toEqual({ value: 42 });
  await endsCleanly(example);
});

async function workerPid(base: string): Promise<number> {
  return z.object({ pid: z.number() }).parse(await (await fetch(`${base}/worker`)).json()).pid;
}
