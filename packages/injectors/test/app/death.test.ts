import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { JsonObject } from '@bridge/chaos-core';
import { ChaosEngine } from '@bridge/chaos-core';
import { app } from '@bridge/chaos-injectors/app';
import { describe, expect, it } from 'vitest';

const script = new URL('dying-process.ts', import.meta.url).pathname;

interface Death {
  readonly said: readonly string[];
  readonly code: number | null;
  readonly signal: string | null;
  /** Outcomes of what the next engine on the same state folder found. */
  readonly orphans: readonly string[];
}

async function hostUnder(type: string, params: JsonObject = {}, mode = ''): Promise<Death> {
  const state = await mkdtemp(join(tmpdir(), 'chaos-death-'));
  const args = ['-C', '@bridge/source', script, state, type, JSON.stringify(params), mode];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = child.stdout.setEncoding('utf8').toArray();
  child.stderr.resume();
  const [code, signal] = await once(child, 'exit');
  const orphans: string[] = [];
  {
    await using engine = new ChaosEngine({ plugins: [app()], armed: true, state, guardian: 'none' });
    engine.on('fault:orphan', ({ data }) => void orphans.push(data.outcome));
    await engine.start();
  }
  await rm(state, { recursive: true });
  return { said: (await output).join('').trim().split('\n'), code, signal, orphans };
}

describe('app.exit', () => {
  it('ends the process with the code, after its exit handlers, and leaves nothing to undo', async () => {
    const death = await hostUnder('app.exit', { code: 7 });
    expect(death).toMatchObject({ said: ['exit handlers ran, code 7'], code: 7, orphans: ['gone'] });
  });

  it('kills it', async () => {
    expect(await hostUnder('app.exit', { how: 'kill' })).toMatchObject({ signal: 'SIGKILL', orphans: ['gone'] });
  });
});

describe('app.uncaught', () => {
  it('ends a process without a handler', async () => {
    expect(await hostUnder('app.uncaught')).toMatchObject({ code: 1, orphans: ['gone'] });
    expect(await hostUnder('app.uncaught', { kind: 'rejection' })).toMatchObject({ code: 1 });
  });

  it('reaches the handlers of the host, and is spent', async () => {
    const exception = await hostUnder('app.uncaught', { message: 'boom' }, 'exception');
    expect(exception.said).toEqual(['exception boom', 'spent', 'exit handlers ran, code 0']);
    const rejection = await hostUnder('app.uncaught', { kind: 'rejection', message: 'boom' }, 'rejection');
    expect(rejection.said).toEqual(['rejection boom', 'spent', 'exit handlers ran, code 0']);
    expect(rejection.orphans).toEqual([]);
  });
});

/** `worker.threadName` came after Node 22.18; without it every thread is nameless. */
const namesAreKnown = 'threadName' in Worker.prototype;

describe('app.worker-crash', () => {
  it('ends the threads it is told to', async () => {
    const { said } = await hostUnder('app.worker-crash', namesAreKnown ? { name: 'mail*' } : {}, 'workers');
    const one = namesAreKnown ? 'mailer ended' : expect.stringMatching(/^(mailer|thumbnails) ended$/);
    expect(said).toHaveLength(3);
    expect(said).toEqual(expect.arrayContaining(['exit handlers ran, code 0', one, 'spent']));
  });
});

describe('app.log-secret', () => {
  it('is refused while the logger of the host is not known', async () => {
    const { said } = await hostUnder('app.log-secret');
    expect(said).not.toContain('spent');
  });

  it('shows a canary in the log or on a stream', async () => {
    const { said } = await hostUnder('app.log-secret', { shape: 'connection-string' }, 'logger');
    expect(said[0]).toBe('log connecting to postgres://app:chaos-canary-secret@db.invalid:5432/app');
    const written = await hostUnder('app.log-secret', { to: 'stdout', mark: 'my-own-mark' });
    expect(written.said.slice(0, 2)).toEqual(['login failed, password=my-own-mark', 'spent']);
  });
});
