import dns from 'node:dns';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Json, type JsonObject, silentLogger, systemClock, type Target } from '@bridge/chaos-core';
import { conformanceChecks, type FaultHarness } from '@bridge/chaos-core/testkit';
import { app, failpoint, writeCanariesTo } from '@bridge/chaos-injectors/app';
import { describe, it } from 'vitest';
import { localServer } from './local-server.ts';

const plugin = app({ patches: ['dns', 'fs', 'clock'] });
const context = { signal: new AbortController().signal, clock: systemClock, log: silentLogger };
const point = failpoint('conformance');

async function self(): Promise<Target> {
  const [target] = await plugin.targets[0].find('self', context);
  if (target === undefined) throw new Error('expected this process');
  return target;
}

/** Lines that reached the host's log. */
const logged: string[] = [];
writeCanariesTo((text) => void logged.push(text));

interface World {
  readonly port: number;
  readonly url: string;
  readonly file: string;
}

/** A service and a file to break, and how a caller sees them. */
function harness(
  params: (world: World) => JsonObject,
  witness: (world: World) => Promise<Json>,
  incarnation?: () => Promise<Json>,
): FaultHarness {
  return {
    plugin,
    async make() {
      const server = await localServer();
      const folder = await mkdtemp(join(tmpdir(), 'chaos-kit-app-'));
      const world = { port: server.port, url: server.url, file: join(folder, 'file') };
      await writeFile(world.file, 'text');
      return {
        target: await self(),
        params: params(world),
        witness: () => witness(world),
        ...(incarnation === undefined ? {} : { incarnation }),
        async [Symbol.asyncDispose]() {
          await server[Symbol.asyncDispose]();
          await rm(folder, { recursive: true });
        },
      };
    },
  };
}

/** How an attempt ends, without its numbers. */
async function ending(attempt: () => Promise<unknown>): Promise<Json> {
  try {
    await attempt();
    return 'fine';
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'failed';
  }
}

function settled(emitter: NodeJS.EventEmitter & { destroy(): unknown }, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    emitter.on('error', reject).once(event, () => {
      emitter.destroy();
      resolve();
    });
  });
}

/** Whether the loop stands still again and again for about this long: once may be the machine. */
async function standsStill(stall: number): Promise<Json> {
  let stalls = 0;
  const end = performance.now() + 4 * stall;
  for (let last = performance.now(); last < end; ) {
    await systemClock.sleep(5);
    if (performance.now() - last > 0.9 * stall) stalls += 1;
    last = performance.now();
  }
  return stalls >= 2;
}

const scope = 'process';
const HARNESSES: Readonly<Record<string, FaultHarness>> = {
  'app.fetch': harness(
    ({ port }) => ({ scope, match: { port }, effect: { kind: 'error', code: 'ECONNRESET' } }),
    ({ url }) => ending(() => fetch(url).then((response) => response.text())),
  ),
  'app.http-client': harness(
    ({ port }) => ({ scope, match: { port }, effect: { kind: 'error', code: 'ECONNRESET' } }),
    ({ port }) => ending(() => settled(get({ host: '127.0.0.1', port, agent: false }), 'response')),
  ),
  'app.http-server': harness(
    ({ port }) => ({ scope, match: { port }, effect: { kind: 'status', status: 503 } }),
    ({ url }) => fetch(url).then(({ status }) => status),
  ),
  'app.socket': harness(
    ({ port }) => ({ scope, match: { port }, effect: { kind: 'refuse' } }),
    ({ port }) => ending(() => settled(connect(port, '127.0.0.1'), 'connect')),
  ),
  'app.dns': harness(
    () => ({ scope, names: ['localhost'], effect: { kind: 'fail', code: 'ENOTFOUND' } }),
    () => ending(() => promisify(dns.lookup)('localhost')),
  ),
  'app.fs': harness(
    ({ file }) => ({ scope, under: file, effect: { kind: 'error', code: 'EIO' } }),
    ({ file }) => ending(() => readFile(file)),
  ),
  'app.clock-skew': harness(
    () => ({ scope, by: '48h', direction: 'ahead' }),
    async () => Math.round((Date.now() - performance.timeOrigin - performance.now()) / 86_400_000) || 0,
  ),
  'app.event-loop-stall': harness(
    () => ({ stall: '300ms', every: '320ms' }),
    () => standsStill(300),
  ),
  'app.cpu': harness(
    () => ({ threads: 1, load: '10%' }),
    async () => /Threads:\s*(\d+)/.exec(await readFile('/proc/self/status', 'utf8'))?.[1] ?? null,
  ),
  'app.heap': harness(
    () => ({ hold: '200MB', kind: 'external' }),
    async () => process.memoryUsage().arrayBuffers > 150e6,
  ),
  'app.log-secret': harness(
    () => ({}),
    async () => 'what was logged stays',
    async () => logged.length,
  ),
  'app.failpoint': harness(
    () => ({ name: 'conformance', scope, action: { kind: 'throw', code: 'E_HIT' } }),
    () => ending(() => point.hit()),
  ),
  'app.failpoint-swarm': harness(
    () => ({ scope, among: 'conformance', perHit: 1, action: { kind: 'throw', code: 'E_HIT' } }),
    () => ending(() => point.hit()),
  ),
};

for (const fault of plugin.faults) {
  const known = HARNESSES[fault.type];
  // Those that end this process or its threads go through it in death-conformance.test.ts.
  if (known === undefined) continue;
  describe(`${fault.type} keeps the contract`, () => {
    for (const { name, run } of conformanceChecks(fault, known)) it(name, run);
  });
}
