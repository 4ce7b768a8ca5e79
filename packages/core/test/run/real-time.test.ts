import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import {
  coreJudge,
  definePlugin,
  defineProbe,
  type FaultState,
  type Proof,
  parseExperiment,
  Registry,
  Run,
  systemClock,
  type Target,
} from '@bridge/chaos-core';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { FaultFacts, FaultPort, HeldFault } from '../../src/run/fault-port.ts';
import { World } from './world.ts';

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

const page = defineProbe({
  type: 'page',
  options: z.object({ url: z.string() }),
  open: async ({ url }) => ({
    check: async (signal) => {
      const response = await fetch(url, { signal });
      await response.arrayBuffer();
      return { health: response.ok ? 'healthy' : 'degraded', value: response.status };
    },
    close: async () => {},
  }),
});

const look = (observation: Proof['observation']): Proof => ({ observation, at: systemClock.now(), looks: 1 });

function factsOf(requestedAt: number, effect: Proof, reversal: Proof | null): FaultFacts {
  const at = { requestedAt, acknowledgedAt: effect.at, effectiveAt: effect.at, removedAt: reversal?.at ?? null };
  return { ...at, effect, reversal, counters: null };
}

/** A fault made of two real actions. */
function heldFault(target: Target, momentary: boolean, requestedAt: number, undo: () => Promise<boolean>): HeldFault {
  const effect = look('present');
  let facts = factsOf(requestedAt, effect, null);
  let state: FaultState = momentary ? { phase: 'spent', effect, restoredByEngine: false } : { phase: 'active', effect };
  const ended = Promise.withResolvers<FaultState>();
  return {
    id: 'fault-1',
    type: 'real',
    target,
    momentary,
    get state() {
      return state;
    },
    get facts() {
      return facts;
    },
    ended: ended.promise,
    async revert(cause) {
      if (momentary || state.phase === 'reverted') return state;
      await undo();
      const reversal = look('absent');
      facts = factsOf(requestedAt, effect, reversal);
      state = { phase: 'reverted', cause, reversal };
      ended.resolve(state);
      return state;
    },
    async restore() {
      if (momentary) state = { phase: 'spent', effect, restoredByEngine: await undo() };
      return state;
    },
  };
}

function runOn(url: string, port: FaultPort, faults: unknown[]): Run {
  const world = new World('site');
  const plugin = { ...world.plugin(), probes: [page] };
  const registry = new Registry([definePlugin(plugin)]);
  const experiment = parseExperiment(
    {
      name: 'real time',
      steadyState: { probes: [{ name: 'site', type: 'page', url, every: 20, timeout: 5_000 }] },
      baseline: 500,
      faults,
      recovery: { within: '10s', hold: 500, success: 0.9 },
    },
    registry,
  );
  const host = world.host({
    clock: systemClock,
    registry,
    faults: port,
    checkInterval: 50,
    // Other work on this machine must not decide this test.
    judge: coreJudge({ lagFloor: 10_000, leastRate: 0 }),
  });
  return new Run(host, { id: 'run-1', experiment, seed: 1, actor: null });
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return address.port;
}

describe('a run in real time', () => {
  it('measures a server that answers wrongly for a while', async () => {
    let broken = false;
    const server = createServer((_, response) => response.writeHead(broken ? 500 : 200).end());
    const port = await listen(server);
    cleanUp.push(async () => {
      server.closeAllConnections();
      server.close();
    });
    const faults: FaultPort = {
      async inject({ target }) {
        const requestedAt = systemClock.now();
        broken = true;
        return heldFault(target, false, requestedAt, async () => {
          broken = false;
          return true;
        });
      },
    };
    const steps = [{ type: 'service.disturb', target: { service: 'site' } }, { delay: 600 }];
    const report = await runOn(`http://127.0.0.1:${port}/`, faults, steps).report;
    const { request, effect, impact, removed, recovered, confirmed } = report.marks;
    expect(report.verdict, JSON.stringify(report.reasons)).toBe('recovered');
    const inOrder = [request, effect, removed, confirmed].map((at) => at ?? Number.NaN);
    expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
    // Dated to when the first failing check was due, which on a busy machine can be before the fault was asked for.
    expect(impact).toBeLessThan(removed ?? Number.NaN);
    expect(recovered).toBeGreaterThan(impact ?? Number.NaN);
    expect(report.timeToRecover).toBeGreaterThan(300);
    expect(report.probes[0]?.sampling?.planned).toBe(
      report.probes[0]?.phases.reduce((sum, phase) => sum + phase.checks, 0),
    );
  });

  it('sees a killed process come back through its supervisor', async () => {
    const script = `require('node:http').createServer((q, r) => r.end()).listen(Number(process.argv[1]), '127.0.0.1', () => console.log('up'))`;
    let port = 0;
    let stopping = false;
    let child: ChildProcess | undefined;
    const start = async (): Promise<void> => {
      const started = spawn(process.execPath, ['-e', script, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
      child = started;
      // The supervisor.
      started.once('exit', () => void (stopping ? undefined : start()));
      if (started.stdout) await once(started.stdout, 'data');
    };
    const reserved = createServer();
    port = await listen(reserved);
    await new Promise((resolve) => reserved.close(resolve));
    await start();
    cleanUp.push(async () => {
      stopping = true;
      const exited = child && child.exitCode === null ? once(child, 'exit') : undefined;
      child?.kill('SIGKILL');
      await exited;
    });
    const faults: FaultPort = {
      async inject({ target }) {
        const requestedAt = systemClock.now();
        const victim = child;
        if (victim === undefined) throw new Error('nothing to kill');
        const exited = once(victim, 'exit');
        victim.kill('SIGKILL');
        await exited;
        return heldFault(target, true, requestedAt, async () => child?.exitCode !== null);
      },
    };
    const report = await runOn(`http://127.0.0.1:${port}/`, faults, [
      { type: 'service.crash', target: { service: 'site' } },
    ]).report;
    // A restart may be quicker than three checks; then nobody was hit.
    expect(['recovered', 'held'], JSON.stringify(report.reasons)).toContain(report.verdict);
    expect(report.faults).toMatchObject([{ state: { phase: 'spent', restoredByEngine: false } }]);
    expect(report.timings.selfHeal).toBe(report.timeToRecover);
  });
});
