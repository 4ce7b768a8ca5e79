// The work queue. A message that a worker took and did not finish in time waits again.
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type Answer, serve } from './serve.ts';
import { endWithSupervisor, given } from './with-supervisor.ts';

const PATIENCE = 2_000;
/** How many results are remembered. */
const REMEMBERED = 10_000;

const message = z.looseObject({
  id: z
    .string()
    .min(1)
    .default(() => randomUUID()),
  amount: z.number().default(1),
  unit: z.number().default(1),
});
type Message = z.output<typeof message>;
const finished = z.object({ id: z.string(), result: z.json() });

const waiting = new Map<string, Message>();
const taken = new Map<string, { readonly message: Message; readonly until: number }>();
const done = new Map<string, z.output<typeof finished>['result']>();

function put(body: unknown): Answer {
  const parsed = message.safeParse(body ?? {});
  if (!parsed.success) return { status: 400, body: { error: z.prettifyError(parsed.error) } };
  waiting.set(parsed.data.id, parsed.data);
  return { status: 201, body: { id: parsed.data.id } };
}

function take(): Answer {
  for (const [id, { message: late, until }] of taken) {
    if (until > performance.now()) continue;
    taken.delete(id);
    waiting.set(id, late);
  }
  const [next] = waiting.values();
  if (next === undefined) return { status: 204 };
  waiting.delete(next.id);
  taken.set(next.id, { message: next, until: performance.now() + PATIENCE });
  return { body: next };
}

function finish(body: unknown): Answer {
  const { id, result } = finished.parse(body);
  taken.delete(id);
  waiting.delete(id);
  done.set(id, result);
  const [oldest] = done.keys();
  if (done.size > REMEMBERED && oldest !== undefined) done.delete(oldest);
  return { body: { id } };
}

function look(id: string): Answer {
  const result = done.get(id);
  if (result !== undefined) return { body: { id, state: 'done', result } };
  if (waiting.has(id)) return { body: { id, state: 'waiting' } };
  return taken.has(id) ? { body: { id, state: 'taken' } } : { status: 404, body: { error: `no message ${id}` } };
}

endWithSupervisor();
serve(
  {
    'GET /health': () => ({ body: { status: 'up' } }),
    'GET /depth': () => ({ body: { depth: waiting.size, taken: taken.size, done: done.size } }),
    'GET /messages': () => ({ body: { waiting: [...waiting.keys()] } }),
    'POST /messages': async ({ json }) => put(await json()),
    'GET /messages/:': ({ parameter }) => look(parameter),
    'DELETE /messages/:': ({ parameter }) => ({ status: waiting.delete(parameter) ? 200 : 404, body: {} }),
    'POST /take': take,
    'POST /done': async ({ json }) => finish(await json()),
  },
  Number(given('port')),
);
