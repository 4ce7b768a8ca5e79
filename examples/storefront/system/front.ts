// The front: what customers talk to. Asks the store for the catalogue and keeps the answer for a while, ranks products by
// the model, and puts orders into the queue.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { pathsIn } from './paths.ts';
import { type Answer, serve } from './serve.ts';
import { endWithSupervisor, given } from './with-supervisor.ts';

const paths = pathsIn(given('folder'));
const [store, queue] = [given('store'), given('queue')];

const configuration = z.looseObject({ currency: z.string(), pageSize: z.int().min(1), catalogueKept: z.number() });
const model = z.object({ weights: z.array(z.number()).min(1) });
const catalogue = z.object({ products: z.array(z.record(z.string(), z.json())) });
type Catalogue = z.output<typeof catalogue>;

/** How long a customer waits, ms. */
const PATIENCE = 1_500;
const LOOK_EVERY = 20;

let known: { readonly catalogue: Catalogue; readonly until: number } | undefined;

async function products(): Promise<Answer> {
  const begun = performance.now();
  const { currency, pageSize, catalogueKept } = configuration.parse(await jsonFile(paths.config));
  const { weights } = model.parse(await jsonFile(paths.model));
  if (known === undefined || known.until < performance.now()) {
    const fresh = catalogue.parse(await (await fetch(`${store}/catalogue`)).json());
    known = { catalogue: fresh, until: performance.now() + catalogueKept };
    // Somebody may have cleared it just now.
    await mkdir(paths.cache, { recursive: true });
    await writeFile(join(paths.cache, 'catalogue.json'), JSON.stringify(fresh));
  }
  const ranked = known.catalogue.products
    .map((product, index) => ({ product, weight: weights[index % weights.length] ?? 0 }))
    .sort((one, other) => other.weight - one.weight)
    .slice(0, pageSize)
    .map(({ product }) => ({ ...product, currency }));
  return { body: { products: ranked, took: performance.now() - begun } };
}

async function jsonFile(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}

async function order(body: unknown): Promise<Answer> {
  const response = await fetch(`${queue}/messages`, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, body: z.looseObject({}).parse(await response.json()) };
}

async function orderStatus(id: string): Promise<Answer> {
  const response = await fetch(`${queue}/messages/${encodeURIComponent(id)}`);
  return { status: response.status, body: z.looseObject({}).parse(await response.json()) };
}

/** Orders one lamp, and waits until it is worked on: what a customer sees of everything behind the front. */
async function checkout(): Promise<Answer> {
  const response = await fetch(`${queue}/messages`, { method: 'POST', body: '{"unit":10}' });
  const { id } = z.object({ id: z.string() }).parse(await response.json());
  for (const end = performance.now() + PATIENCE; performance.now() < end; await setTimeout(LOOK_EVERY)) {
    const { body } = await orderStatus(id);
    if (body !== undefined && 'state' in body && body.state === 'done') return { body };
  }
  return { status: 504, body: { error: `order ${id} waits` } };
}

async function health(): Promise<Answer> {
  const reached = await Promise.all([store, queue].map(async (url) => (await fetch(`${url}/health`)).ok));
  const up = reached.every(Boolean);
  return { status: up ? 200 : 503, body: { status: up ? 'up' : 'degraded' } };
}

endWithSupervisor();
serve(
  {
    'GET /health': health,
    'GET /products': products,
    'GET /checkout': checkout,
    'POST /orders': async ({ json }) => order(await json()),
    'GET /orders/:': ({ parameter }) => orderStatus(parameter),
  },
  Number(given('port')),
);
