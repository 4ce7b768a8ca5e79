import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { type ProxyCollection, proxyBody, proxyChange } from '../proxy-collection.ts';
import { readToxics, Toxic, toxicBody, toxicChange } from '../toxic.ts';
import { readBody } from './body.ts';

/** What a request is answered with; no body is 204. */
export interface Answer {
  readonly status: number;
  /** A text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly type?: string;
}

interface Call {
  readonly proxies: ProxyCollection;
  readonly request: IncomingMessage;
  /** The named parts of the path. */
  readonly proxy: string;
  readonly toxic: string;
}

type Handler = (call: Call) => Promise<Answer> | Answer;

export interface Route {
  readonly path: RegExp;
  readonly methods: Readonly<Record<string, Handler>>;
}

/** The level of the API, which clients look at. */
const VERSION = '2.12.0';

const ok = (body: unknown): Answer => ({ status: 200, body });
const NOTHING: Answer = { status: 204 };

const updateProxy: Handler = async ({ proxies, proxy: name, request }) => {
  const { listen, upstream, enabled } = await readBody(request, proxyChange);
  return await proxies.change(name, async (proxy) => {
    await proxy.update({
      ...(listen ? { listen } : {}),
      ...(upstream ? { upstream } : {}),
      ...(typeof enabled === 'boolean' ? { enabled } : {}),
    });
    return ok(proxy.describe());
  });
};

const updateToxic: Handler = async ({ proxies, proxy: name, toxic, request }) => {
  const change = await readBody(request, toxicChange);
  return await proxies.change(name, async ({ toxics, plane }) => {
    const changed = toxics.get(toxic).changed(change);
    await toxics.change(changed, plane);
    return ok(changed.json);
  });
};

export const ROUTES: readonly Route[] = [
  {
    path: /^\/version$/,
    methods: {
      GET: () => ({ status: 200, body: `{"version": "${VERSION}"}\n`, type: 'application/json;charset=utf-8' }),
    },
  },
  {
    path: /^\/metrics$/,
    methods: {
      GET: ({ proxies }) => ({
        status: 200,
        body: proxies.traffic.exposition(),
        type: 'text/plain; version=0.0.4; charset=utf-8',
      }),
    },
  },
  {
    path: /^\/reset$/,
    methods: { POST: async ({ proxies }) => await proxies.reset().then(() => NOTHING) },
  },
  {
    path: /^\/populate$/,
    methods: {
      POST: async ({ proxies, request }) => ({
        status: 201,
        body: { proxies: await proxies.populate(await readBody(request, z.array(proxyBody))) },
      }),
    },
  },
  {
    path: /^\/proxies$/,
    methods: {
      GET: ({ proxies }) => ok(proxies.describe()),
      POST: async ({ proxies, request }) => ({
        status: 201,
        body: await proxies.create(await readBody(request, proxyBody)),
      }),
    },
  },
  {
    path: /^\/proxies\/(?<proxy>[^/]+)$/,
    methods: {
      GET: ({ proxies, proxy }) => ok(proxies.get(proxy).describe()),
      POST: updateProxy,
      PATCH: updateProxy,
      DELETE: async ({ proxies, proxy }) => await proxies.remove(proxy).then(() => NOTHING),
    },
  },
  {
    path: /^\/proxies\/(?<proxy>[^/]+)\/toxics$/,
    methods: {
      GET: ({ proxies, proxy }) => ok(proxies.get(proxy).toxics.describe()),
      POST: async ({ proxies, proxy: name, request }) => {
        const toxic = Toxic.read(await readBody(request, toxicBody));
        return await proxies.change(name, async ({ toxics, plane }) => {
          await toxics.add(toxic, plane);
          return ok(toxic.json);
        });
      },
      // Not of Toxiproxy: all toxics of a proxy at once instead of those before.
      PUT: async ({ proxies, proxy: name, request }) => {
        const wanted = readToxics(await readBody(request, z.array(z.unknown())));
        return await proxies.change(name, async ({ toxics, plane }) => {
          await toxics.replace(wanted, plane);
          return ok(toxics.describe());
        });
      },
    },
  },
  {
    path: /^\/proxies\/(?<proxy>[^/]+)\/toxics\/(?<toxic>[^/]+)$/,
    methods: {
      GET: ({ proxies, proxy, toxic }) => ok(proxies.get(proxy).toxics.get(toxic).json),
      POST: updateToxic,
      PATCH: updateToxic,
      DELETE: async ({ proxies, proxy: name, toxic }) =>
        await proxies.change(name, async ({ toxics, plane }) => {
          await toxics.remove(toxic, plane);
          return NOTHING;
        }),
    },
  },
];
