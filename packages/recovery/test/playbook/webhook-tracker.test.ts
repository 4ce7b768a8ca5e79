import type { IncomingHttpHeaders } from 'node:http';
import { json } from 'node:stream/consumers';
import { systemClock } from '@bridge/chaos-core';
import {
  type ActionContext,
  definePlaybook,
  escalateTo,
  playbooks,
  standardActions,
  type WatchedProcessInput,
  Watchtower,
  webhookTracker,
} from '@bridge/chaos-recovery';
import { expect, test } from 'vitest';
import { httpService } from '../probe/http-service.ts';
import { testFolder } from './scene.ts';

interface Call {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** A tracker of tasks that remembers what it was asked. */
async function trackerServer(answer: { status: number; body?: string; location?: string }) {
  const calls: Call[] = [];
  const server = await httpService(async (request, response) => {
    calls.push({ method: request.method, headers: request.headers, body: await json(request) });
    if (answer.location !== undefined) response.setHeader('location', answer.location);
    response.writeHead(answer.status).end(answer.body);
  });
  return { calls, url: `${server.url}/tasks`, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const CONTEXT: ActionContext = {
  signal: new AbortController().signal,
  clock: systemClock,
  log: console,
  idempotencyKey: 'run-1/step-1',
};

function openTask(url: string) {
  const actions = standardActions({ tracker: webhookTracker({ url, headers: { authorization: 'Bearer t' } }) });
  const found = actions.find(({ name }) => name === 'open_task');
  if (found === undefined) throw new Error('expected open_task');
  const options = found.options.parse({ title: 'the worker does not start', data: { attempts: 2 } });
  return { action: found, options };
}

test('a task is opened by POST with its idempotency key, and withdrawn by DELETE with the same', async () => {
  await using server = await trackerServer({ status: 201, body: JSON.stringify({ reference: 'TASK-7' }) });
  const { action, options } = openTask(server.url);
  const undo = await action.prepare(options, CONTEXT);
  expect(await action.run(options, undo, CONTEXT)).toEqual({ reference: 'TASK-7' });
  await action.revert(undo, CONTEXT);
  expect(server.calls.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
  for (const { headers } of server.calls) {
    expect(headers).toMatchObject({ 'idempotency-key': 'run-1/step-1', authorization: 'Bearer t' });
  }
  expect(server.calls[0]?.body).toMatchObject({
    kind: 'task',
    title: 'the worker does not start',
    data: { attempts: 2 },
  });
});

test('without a reference in the answer the key is the reference', async () => {
  await using server = await trackerServer({ status: 200, body: 'thanks' });
  const { action, options } = openTask(server.url);
  const undo = await action.prepare(options, CONTEXT);
  expect(await action.run(options, undo, CONTEXT)).toEqual({ reference: 'run-1/step-1' });
});

test('nothing to withdraw is fine; any other refusal, and a redirect, is an error', async () => {
  await using gone = await trackerServer({ status: 404 });
  const absent = openTask(gone.url);
  const undo = await absent.action.prepare(absent.options, CONTEXT);
  await absent.action.revert(undo, CONTEXT);
  await expect(absent.action.run(absent.options, undo, CONTEXT)).rejects.toThrow(/expected a 2xx answer to POST .*404/);
  await using moved = await trackerServer({ status: 302, location: gone.url });
  const { action, options } = openTask(moved.url);
  await expect(action.run(options, undo, CONTEXT)).rejects.toThrow();
  expect(gone.calls).toHaveLength(2);
});

test('what the watchtower gives up becomes a playbook, and a task for people', async () => {
  await using folder = await testFolder();
  await using server = await trackerServer({ status: 201 });
  const forPeople = definePlaybook({
    name: 'call-for-help',
    on: ['watchtower.gave-up'],
    steps: [{ id: 'task', action: 'open_task', with: { title: 'the worker does not start' } }],
    verify: [{ action: 'check_resources', with: { cpu: 1_000, memory: 1, disk: 1 } }],
    coolDown: 0,
  });
  await using book = await playbooks({
    playbooks: [forPeople],
    actions: standardActions({ tracker: webhookTracker({ url: server.url }) }),
    folder: `${folder.path}/playbooks`,
  });
  const pidFile = `${folder.path}/worker.pid`;
  const broken: WatchedProcessInput = { name: 'worker', command: ['/no/such/program'], pidFile };
  const policy = { dryRunFirst: false, backoff: { first: 0, base: 0 }, budget: { restarts: 1 } };
  await using tower = new Watchtower({ targets: { docker: false, processes: [broken] }, policy });
  using _escalation = escalateTo(book, tower);
  tower.start();
  await expect.poll(() => book.recent.map(({ type }) => type)).toContain('playbook:ended');
  expect(server.calls[0]).toMatchObject({ method: 'POST', body: { kind: 'task', title: 'the worker does not start' } });
});
