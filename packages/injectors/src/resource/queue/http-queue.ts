import { ChaosError } from '@bridge/chaos-core';
import type { FloodableQueue } from './floodable-queue.ts';
import { ID, withId } from './placeholder.ts';
import type { HttpQueueSettings } from './queue-options.ts';

/** For one request, ms. */
const TIMEOUT = 2_000;
const GONE = [404, 410];

/** A queue behind an HTTP endpoint. Redirects are not followed. */
export function httpQueue({ put, remove, list, headers }: HttpQueueSettings): FloodableQueue {
  const send = async (
    { url, method = 'GET' }: { readonly url: string; readonly method?: string },
    signal: AbortSignal,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly text: string }> => {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(url, {
      method,
      headers: { ...type, ...headers },
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
      ...content,
    });
    return { status: response.status, text: await response.text() };
  };
  return {
    async put(id, signal) {
      const { status } = await send(put, signal, withId(put.body, id));
      if (!isSuccess(status)) throw unexpected(`${put.method} ${put.url}`, status);
    },
    async remove(id, signal) {
      const url = decodeURI(remove.url).replaceAll(ID, id);
      const { status } = await send({ ...remove, url }, signal);
      if (!isSuccess(status) && !GONE.includes(status)) throw unexpected(`${remove.method} ${url}`, status);
    },
    async waiting(ids, signal) {
      const { status, text } = await send(list, signal);
      if (!isSuccess(status)) throw unexpected(`GET ${list.url}`, status);
      return idsIn(text, ids);
    },
  };
}

/** Those ids that a text holds as whole words. */
export function idsIn(text: string, ids: readonly string[]): readonly string[] {
  const words = new Set(text.split(/[^\w-]+/));
  return ids.filter((id) => words.has(id));
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function unexpected(request: string, status: number): ChaosError {
  return new ChaosError('CHAOS_FAULT_FAILED', `expected a 2xx answer to ${request}, got ${status}`);
}
