import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { conformanceChecks, type FaultHarness } from '@bridge/chaos-core/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { type QueueInput, resources } from '../../src/resource/plugin.ts';
import { faultContext } from '../fault-context.ts';
import { testFolder } from '../file/file-harness.ts';
import { kernelState } from '../process/child.ts';
import { floodOn } from './flooded.ts';
import { overHttp, startQueueServer } from './queue-server.ts';

// So slow that the next messages are on their way when the fault is undone.
const server = await startQueueServer({ takes: 20 });
afterAll(() => server[Symbol.asyncDispose]());

const names = Array.from({ length: 60 }, (_, index) => `q${index}`);
const all = process.env['CHAOS_CONFORMANCE'] === 'all';
const STEPS = ['inject:after', 'revert:before', 'engine and guardian killed'];

function harness(): FaultHarness {
  const plugin = resources({
    queues: Object.fromEntries(names.map((name) => [name, overHttp(server.url, name)])),
  });
  let made = 0;
  return {
    plugin,
    async make() {
      const name = names[made] ?? '';
      made += 1;
      const [target] = await plugin.targets[0].find(name, faultContext());
      if (target === undefined) throw new Error(`no queue ${name} left`);
      // One of somebody else's, which must stay.
      server.waiting(name).push('theirs');
      return {
        target,
        params: { messages: 5, perSecond: 1_000 },
        // How many are in just now does not matter, only whether any is.
        witness: async () => {
          const others = server.waiting(name).filter((id) => id !== 'theirs');
          return { theirs: server.waiting(name).includes('theirs'), flooded: others.length > 0 };
        },
        [Symbol.asyncDispose]: async () => {},
      };
    },
  };
}

describe('resource.queue-flood', () => {
  for (const { name, kind, run } of conformanceChecks({ type: 'resource.queue-flood' }, harness())) {
    const chosen = kind === 'verbs' || STEPS.some((step) => name.includes(step));
    if (all || chosen) it.concurrent(name, run, 120_000);
  }
});

describe('a flood', () => {
  it('puts in all of its messages at no more than its rate, and takes out what still waits', async () => {
    const { flood, target } = await floodOn(overHttp(server.url, 'jobs'));
    const context = faultContext();
    const params = { messages: 60, perSecond: 200 };
    const undo = await flood.prepare(target, params, context);
    const begun = performance.now();
    await flood.inject(target, params, undo, context);
    await expect.poll(() => server.waiting('jobs').length, { timeout: 20_000 }).toBe(60);
    expect(performance.now() - begun).toBeGreaterThan(200);
    // The last one is in before its sender knows.
    const counters = { eligible: 60, injected: 60 };
    await expect.poll(() => flood.counters?.(undo, context), { timeout: 20_000 }).toEqual(counters);
    server.waiting('jobs').splice(0, 20);
    server.waiting('jobs').push('theirs');
    await flood.revert(undo, context);
    expect(server.waiting('jobs')).toEqual(['theirs']);
    expect(await flood.observe(undo, context)).toBe('absent');
  });

  it('takes out what was still on its way, too', async () => {
    await using slow = await startQueueServer({ takes: 100 });
    const { flood, target } = await floodOn(overHttp(slow.url, 'jobs'));
    const context = faultContext();
    const params = { messages: 1_000, perSecond: 1_000 };
    const undo = await flood.prepare(target, params, context);
    await flood.inject(target, params, undo, context);
    await expect.poll(() => slow.outside, { timeout: 20_000 }).toBeGreaterThan(0);
    await flood.revert(undo, context);
    await expect.poll(() => slow.outside, { timeout: 20_000 }).toBe(0);
    expect(slow.waiting('jobs')).toEqual([]);
  });

  it.concurrent('takes out what comes in after its sender has given up', async ({ expect }) => {
    await using slow = await startQueueServer({ late: true });
    const { flood, target } = await floodOn(overHttp(slow.url, 'jobs'));
    const context = faultContext();
    const params = { messages: 2, perSecond: 1_000 };
    const undo = await flood.prepare(target, params, context);
    await flood.inject(target, params, undo, context);
    await expect.poll(() => slow.outside, { timeout: 20_000 }).toBe(1);
    await flood.revert(undo, context);
    await expect.poll(() => slow.outside, { timeout: 20_000 }).toBe(0);
    expect(slow.waiting('jobs')).toEqual([]);
  }, 60_000);

  it.concurrent('ends a command that does not want to end, with what it has started', async ({ expect }) => {
    await using folder = await testFolder();
    const box = join(folder.path, 'box');
    await mkdir(box);
    const child = join(folder.path, 'child');
    const put = ['sh', '-c', STUBBORN, 'sh', `${box}/\${id}`, child];
    const { flood, target } = await floodOn({
      command: { put, remove: ['rm', '-f', `${box}/\${id}`], list: ['ls', box] },
    });
    const context = faultContext();
    const params = { messages: 2, perSecond: 1_000 };
    const undo = await flood.prepare(target, params, context);
    await flood.inject(target, params, undo, context);
    await expect.poll(() => readFile(child, 'utf8').catch(() => ''), { timeout: 20_000 }).toContain('\n');
    const pid = Number(await readFile(child, 'utf8'));
    await flood.revert(undo, context);
    await expect.poll(() => running(pid), { timeout: 20_000 }).toBe(false);
    expect(await readdir(box)).toEqual([]);
  }, 60_000);

  it('is over once the system has worked on all of it', async () => {
    const { flood, target } = await floodOn(overHttp(server.url, 'quick'));
    const context = faultContext();
    const undo = await flood.prepare(target, { messages: 3, perSecond: 100 }, context);
    await flood.inject(target, { messages: 3, perSecond: 100 }, undo, context);
    await expect.poll(() => server.waiting('quick').length, { timeout: 20_000 }).toBe(3);
    expect(await flood.observe(undo, context)).toBe('present');
    server.waiting('quick').length = 0;
    expect(await flood.observe(undo, context)).toBe('absent');
    await flood.revert(undo, context);
  });

  it.each(['command', 'module'] as const)('reaches a queue by %s', async (way) => {
    await using folder = await testFolder();
    const box = join(folder.path, 'box');
    await mkdir(box);
    await writeFile(join(box, 'theirs'), '');
    const { flood, target } = await floodOn(way === 'command' ? byCommand(box) : await byModule(folder.path, box));
    const context = faultContext();
    const params = { messages: 4, perSecond: 1_000 };
    const undo = await flood.prepare(target, params, context);
    await flood.inject(target, params, undo, context);
    await expect.poll(async () => (await readdir(box)).length, { timeout: 20_000 }).toBe(5);
    await flood.revert(undo, context);
    expect(await readdir(box)).toEqual(['theirs']);
  });

  it('is refused where it could not be taken back: a queue that does not answer, a module without a queue', async () => {
    const context = faultContext();
    const nowhere = await floodOn({ command: { put: ['/nowhere', '${id}'], remove: ['/x', '${id}'], list: ['/x'] } });
    const prepared = nowhere.flood.prepare(nowhere.target, { messages: 1, perSecond: 1 }, context);
    await expect(prepared).rejects.toThrow('expected /x to end with 0');
    const empty = await floodOn({ module: { url: 'data:text/javascript,export default () => ({})' } });
    await expect(empty.flood.prepare(empty.target, { messages: 1, perSecond: 1 }, context)).rejects.toThrow(
      'put, remove and waiting',
    );
  });

  it('is refused without a place for the id', () => {
    const { http } = overHttp(server.url, 'jobs');
    const without = { http: { ...http, remove: { url: server.url } } };
    expect(() => resources({ queues: { jobs: without } })).toThrow('in the URL');
  });
});

/** The first message is put in at once; for the next one it waits for a program that bears SIGTERM, as it does itself. */
const STUBBORN = `
  if mkdir "$2.first"; then touch "$1"; exit; fi
  trap "" TERM
  sleep 1000 &
  echo $! > "$2"
  wait
  touch "$1"
`;

/** One that has ended and that nobody has asked for yet does not run. */
function running(pid: number): boolean {
  try {
    return kernelState(pid) !== 'Z';
  } catch {
    return false;
  }
}

function byCommand(box: string): QueueInput {
  return { command: { put: ['touch', `${box}/\${id}`], remove: ['rm', '-f', `${box}/\${id}`], list: ['ls', box] } };
}

async function byModule(folder: string, box: string): Promise<QueueInput> {
  const file = join(folder, 'queue.mjs');
  await writeFile(file, MODULE);
  return { module: { url: pathToFileURL(file).href, options: { box } } };
}

const MODULE = `import { readdir, rm, writeFile } from 'node:fs/promises';
export default ({ box }) => ({
  put: (id) => writeFile(box + '/' + id, ''),
  remove: (id) => rm(box + '/' + id, { force: true }),
  waiting: async (ids) => (await readdir(box)).filter((name) => ids.includes(name)),
});
`;
