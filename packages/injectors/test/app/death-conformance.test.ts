import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json, JsonObject } from '@bridge/chaos-core';
import { conformanceChecks, type FaultHarness } from '@bridge/chaos-core/testkit';
import { describe, it } from 'vitest';
import { processState } from '../conformance/process-harness.ts';
import { startHost } from './hosted/host.ts';
import hostedApp, { know } from './hosted/hosted-app.ts';

// What ends a process, or its threads, acts in a host of its own; the next one, if any, undoes what the record says.

interface Case {
  readonly params: JsonObject;
  /** How many worker threads the host has. */
  readonly workers: number;
}

const CASES: Readonly<Record<string, Case>> = {
  'app.worker-crash': { params: {}, workers: 2 },
  'app.uncaught': { params: {}, workers: 0 },
  'app.exit': { params: { code: 7 }, workers: 0 },
};

function harnessOf({ params, workers }: Case): FaultHarness {
  return {
    plugin: hostedApp(),
    async make() {
      const folder = await mkdtemp(join(tmpdir(), 'chaos-kit-'));
      const sockets = Array.from({ length: workers }, (_, at) => join(folder, `worker-${at}`));
      const host = know(await startHost(sockets));
      return {
        target: host.target,
        params,
        async witness(): Promise<Json> {
          return { host: processState(host.pid), workers: await Promise.all(sockets.map(answers)) };
        },
        async [Symbol.asyncDispose]() {
          await host[Symbol.asyncDispose]();
          await rm(folder, { recursive: true });
        },
      };
    },
  };
}

/** Whether somebody listens there. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

describe.each(Object.entries(CASES))('%s keeps the contract', (type, given) => {
  for (const { name, run } of conformanceChecks({ type }, harnessOf(given))) it.concurrent(name, run, 120_000);
});
