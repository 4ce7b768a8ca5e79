import { ChaosEngine } from '@bridge/chaos-core';
import { app, chaos, failpoint } from '@bridge/chaos-injectors/app';
import { expectTypeOf } from 'vitest';
import * as z from 'zod';

const engine = new ChaosEngine({ plugins: [app()] });
const target = { app: 'self' } as const;

void engine.inject({
  type: 'app.fetch',
  target,
  params: { scope: { share: '10%' }, when: { first: 2 }, effect: { kind: 'truncated-body', after: '10KB' } },
});

// @ts-expect-error that the whole process is meant must be said
void engine.inject({ type: 'app.fetch', target, params: { effect: { kind: 'lost-response' } } });

void engine.inject({
  type: 'app.socket',
  target,
  // @ts-expect-error a mark of a request says nothing about a shared connection
  params: { scope: 'marked', match: { port: 5432 }, effect: { kind: 'hold' } },
});

// @ts-expect-error there is only one process to name
void engine.inject({ type: 'app.exit', target: { app: 'other' }, params: {} });

// @ts-expect-error no such patch
app({ patches: ['net'] });

const saveOrder = failpoint('orders.save', { returns: z.object({ id: z.string() }) });
expectTypeOf(saveOrder.hitSync).returns.toEqualTypeOf<{ readonly value: { id: string } } | undefined>();

const add = chaos.wrap((a: number, b: string) => a + b.length, { fault: { latency: '1s' } });
expectTypeOf(add).toEqualTypeOf<(a: number, b: string) => Promise<number>>();
const client = chaos.wrap(
  { name: 'x', read: async (key: string) => key, size: (): number => 1 },
  { fault: { result: () => 1 } },
);
expectTypeOf(client.read).toEqualTypeOf<(key: string) => Promise<string>>();
expectTypeOf(client.size).toEqualTypeOf<() => Promise<number>>();
expectTypeOf(client.name).toEqualTypeOf<string>();
