// The front: what customers talk to. Asks the store for the catalogue and keeps the answer for a while, ranks products by
// the model, and puts orders into the queue.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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

let known: { readonly catalogue: Catalogue; readonly until: number } | undefined;

async function products(): Promise<Answer> {
  const begun = performance.now();
  const { currency, pageSize, catalogueKept } = configuration.parse(await jsonFile(paths.config));
  const { weights } = model.parse(await jsonFile(paths.model));
  if (known === undefined || known.until < performance.now()) {
    const fresh = catalogue.parse(await (await fetch(`${store}/catalogue`)).json());
    known = { catalogue: fresh, until: performance.now() + catalogueKept };
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
    'POST /orders': async ({ json }) => order(await json()),
    'GET /orders/:': ({ parameter }) => orderStatus(parameter),
  },
  Number(given('port')),
);
