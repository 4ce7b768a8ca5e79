import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '@bridge/chaos-core';
import { expect, test } from 'vitest';
import {
  type IncidentSignal,
  loadPlaybooks,
  type Outcome,
  type PlaybookEngine,
  parsePlaybooks,
  playbooks,
  processServices,
  SnapshotStore,
  shippedPlaybooks,
  standardActions,
  type TrackedRequest,
} from '../../src/index.ts';
import { testFolder } from './scene.ts';

const git = promisify(execFile);

interface World extends AsyncDisposable {
  readonly folder: string;
  readonly store: SnapshotStore;
  readonly engine: PlaybookEngine;
  readonly url: string;
  readonly pools: Map<string, number>;
  readonly requests: TrackedRequest[];
  /** What the web server answers; undefined: it fails. */
  answer: object | undefined;
  patch: string;
  play(signal: Partial<IncidentSignal> & { readonly trigger: string }): Promise<Outcome>;
}

const SERVICE = 'worker';

/** Everything the shipped playbooks act on: a process, files, a git repository, a web server. */
async function world(): Promise<World> {
  const folder = await testFolder();
  const path = folder.path;
  const pidFile = join(path, 'worker.pid');
  const services = processServices([
    {
      name: SERVICE,
      command: [process.execPath, '--eval', 'setInterval(() => {}, 1000)'],
      pidFile,
      stopTimeout: 5_000,
    },
  ]);
  const context = { signal: new AbortController().signal, clock: systemClock, log: console, idempotencyKey: 'test' };
  await services.restart(SERVICE, context);
  const store = new SnapshotStore(join(path, 'snapshots'), systemClock);
  const pools = new Map([['orders', 2]]);
  const requests: TrackedRequest[] = [];
  const found: { answer: object | undefined; patch: string } = { answer: { id: 1 }, patch: '' };
  const server = createServer((_, response) => {
    response.statusCode = found.answer === undefined ? 500 : 200;
    response.end(JSON.stringify(found.answer ?? {}));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const engine = await playbooks({
    playbooks: await shippedPlaybooks(),
    actions: standardActions({
      services,
      workers: {
        count: async (pool) => pools.get(pool) ?? 0,
        scale: async (pool, to) => void pools.set(pool, to),
      },
      snapshots: store,
      codingAgent: {
        submit: async ({ idempotencyKey }) => ({ done: true, taskId: idempotencyKey, patch: found.patch }),
        cancel: async () => {},
      },
      tracker: {
        async open(request) {
          if (!requests.some(({ idempotencyKey }) => idempotencyKey === request.idempotencyKey)) requests.push(request);
          return { reference: request.idempotencyKey };
        },
        withdraw: async () => {},
      },
      loadModel: async (file) => void JSON.parse(await readFile(file, 'utf8')),
    }),
    folder: join(path, 'runs'),
    approve: async () => ({ approved: true, by: 'the test' }),
  });
  return Object.assign(found, {
    folder: path,
    store,
    engine,
    pools,
    requests,
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`,
    async play({ trigger, ...signal }: Partial<IncidentSignal> & { readonly trigger: string }) {
      const whole = { group: SERVICE, cause: trigger, severity: 'moderate', data: {}, ...signal } as const;
      const handled = await engine.handle({ trigger, ...whole });
      if (!handled.accepted) throw new Error(handled.reason);
      return await handled.outcome;
    },
    async [Symbol.asyncDispose]() {
      await engine.close();
      server.closeAllConnections();
      server.close();
      await services.stop(SERVICE, context);
      await folder[Symbol.asyncDispose]();
    },
  });
}

/** A file with a snapshot of its good state, as it is after that was spoilt. */
async function spoilt(
  { folder, store }: World,
  name: string,
  good: string,
  bad: string | undefined,
): Promise<{ file: string; snapshot: string }> {
  const file = join(folder, name);
  await writeFile(file, good);
  await store.take(name, file);
  if (bad === undefined) await rm(file);
  else await writeFile(file, bad);
  return { file, snapshot: name };
}

async function pidOf({ folder }: World): Promise<string> {
  return readFile(join(folder, 'worker.pid'), 'utf8');
}

test('there are at least ten, and each has its own name', async () => {
  const shipped = await shippedPlaybooks();
  expect(shipped.length).toBeGreaterThanOrEqual(10);
  expect(new Set(shipped.map(({ name }) => name)).size).toBe(shipped.length);
});

test.each(['heartbeat-gap', 'service-crash'])('%s: the service is restarted', async (trigger) => {
  await using found = await world();
  const before = await pidOf(found);
  expect(await found.play({ trigger })).toBe('resolved');
  expect(await pidOf(found)).not.toBe(before);
});

test('syntax-error: a patch is asked for, applied, tested, and offered for review', async () => {
  await using found = await world();
  const repository = join(found.folder, 'repository');
  await mkdir(repository);
  await git('git', ['init', '--quiet', repository]);
  await writeFile(join(repository, 'main.mjs'), 'const a = ;\n');
  found.patch = ['--- a/main.mjs', '+++ b/main.mjs', '@@ -1 +1 @@', '-const a = ;', '+const a = 1;', ''].join('\n');
  const data = { detail: 'SyntaxError', file: 'main.mjs', repository, test: [process.execPath, '--check', 'main.mjs'] };
  expect(await found.play({ trigger: 'syntax-error', data })).toBe('resolved');
  expect(await readFile(join(repository, 'main.mjs'), 'utf8')).toBe('const a = 1;\n');
  expect(found.requests).toMatchObject([{ kind: 'pull-request', title: 'Repair main.mjs' }]);
});

test('a patch that does not help is taken away again', async () => {
  await using found = await world();
  const repository = join(found.folder, 'repository');
  await mkdir(repository);
  await git('git', ['init', '--quiet', repository]);
  await writeFile(join(repository, 'main.mjs'), 'const a = ;\n');
  found.patch = ['--- a/main.mjs', '+++ b/main.mjs', '@@ -1 +1 @@', '-const a = ;', '+const b = ;', ''].join('\n');
  const data = { detail: 'SyntaxError', file: 'main.mjs', repository, test: [process.execPath, '--check', 'main.mjs'] };
  expect(await found.play({ trigger: 'import-error', data })).toBe('ineffective');
  expect(await readFile(join(repository, 'main.mjs'), 'utf8')).toBe('const a = ;\n');
});

test('missing-binary: it is back, and can be executed', async () => {
  await using found = await world();
  const data = await spoilt(found, 'tool', '#!/bin/sh\nexit 0\n', undefined);
  expect(await found.play({ trigger: 'missing-binary', data })).toBe('resolved');
});

test('schema-drift: restarted, and not resolved as long as the answer is wrong', async () => {
  await using found = await world();
  const schema = { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } };
  expect(await found.play({ trigger: 'schema-drift', data: { url: found.url, schema } })).toBe('resolved');
  found.answer = { name: 'no id' };
  const other = await found.play({ trigger: 'schema-drift', cause: 'other', data: { url: found.url, schema } });
  expect(other).toBe('ineffective');
});

test('model-corruption: the newest intact snapshot is put back, and loads', async () => {
  await using found = await world();
  const data = await spoilt(found, 'model.json', '{"weights":[1]}', 'random bytes');
  expect(await found.play({ trigger: 'model-corruption', data })).toBe('resolved');
  expect(await readFile(data.file, 'utf8')).toBe('{"weights":[1]}');
  expect((await readdir(found.folder)).filter((name) => name.startsWith('model.json.'))).toEqual([]);
});

test('cpu-saturation: what is not critical is paused, and resumed when that did not help', async () => {
  await using found = await world();
  const pause = { shed: [SERVICE] };
  expect(await found.play({ trigger: 'cpu-saturation', data: { ...pause, cpu: 1_000 } })).toBe('resolved');
  const stopped = await stateOf(found);
  expect(stopped).toBe('T');
  const helpless = await found.play({ trigger: 'cpu-saturation', cause: 'other', data: { ...pause, cpu: 1e-9 } });
  expect(['ineffective', 'resolved']).toContain(helpless);
});

test('memory-slope: caches are emptied, and the service restarted when it is grave', async () => {
  await using found = await world();
  const directory = join(found.folder, 'cache');
  await mkdir(directory);
  await writeFile(join(directory, 'old'), 'x');
  const before = await pidOf(found);
  expect(await found.play({ trigger: 'memory-slope', severity: 'minor', data: { directory } })).toBe('resolved');
  expect(await readdir(directory)).toEqual([]);
  expect(await pidOf(found)).toBe(before);
});

test.each(['queue-depth', 'latency'])('%s: more workers, and the objective is met', async (trigger) => {
  await using found = await world();
  const request = { url: found.url };
  expect(await found.play({ trigger, group: 'orders', severity: 'minor', data: { request } })).toBe('resolved');
  expect(found.pools.get('orders')).toBe(trigger === 'latency' ? 4 : 3);
});

test('more workers that do not help are taken away again', async () => {
  await using found = await world();
  found.answer = undefined;
  const data = { request: { url: found.url } };
  expect(await found.play({ trigger: 'queue-depth', group: 'orders', severity: 'major', data })).toBe('ineffective');
  expect(found.pools.get('orders')).toBe(2);
});

test('configuration-drift: the file is as it was', async () => {
  await using found = await world();
  const data = await spoilt(found, 'app.conf', 'port = 80\n', 'port = 81\n');
  const sha256 = createHash('sha256').update('port = 80\n').digest('hex');
  expect(await found.play({ trigger: 'configuration-drift', data: { ...data, sha256 } })).toBe('resolved');
});

test('secret-in-log: told, a task opened, the service paused, once somebody has agreed', async () => {
  await using found = await world();
  const data = { detail: 'one line' };
  expect(await found.play({ trigger: 'secret-in-log', severity: 'critical', data })).toBe('resolved');
  expect(found.requests.map(({ kind }) => kind)).toEqual(['message', 'task']);
  expect(await stateOf(found)).toBe('T');
});

test('YAML that is no playbook is refused, with the place', async () => {
  expect(() => parsePlaybooks('name: x\non: [a]\nsteps: []\n', 'mine.yaml')).toThrow(
    /CHAOS_PLAYBOOK_INVALID: mine.yaml, document 1: .*steps.*verify/s,
  );
  expect(() => parsePlaybooks('name: [', 'mine.yaml')).toThrow(/CHAOS_PLAYBOOK_INVALID.*line 1/s);
  await expect(loadPlaybooks(join(tmpdir(), 'no-such-folder-of-playbooks'))).rejects.toThrow(/ENOENT/);
});

async function stateOf(found: World): Promise<string | undefined> {
  const [pid] = (await pidOf(found)).split(' ');
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2)[0];
}
