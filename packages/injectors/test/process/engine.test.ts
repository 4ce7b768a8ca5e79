import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine, isChaosError } from '@bridge/chaos-core';
import { processes } from '@bridge/chaos-injectors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kernelState, startNode, startProgram } from './child.ts';

describe('process faults in an engine', () => {
  let state: string;
  beforeEach(async () => {
    state = await mkdtemp(join(tmpdir(), 'chaos-engine-'));
  });
  afterEach(() => rm(state, { recursive: true, maxRetries: 20, retryDelay: 100 }));

  const start = async () => {
    const engine = new ChaosEngine({ plugins: [processes()], state, armed: true, signals: false });
    await engine.start();
    return engine;
  };

  it('hold a process stopped for their scope', async () => {
    using child = await startProgram('sleep', ['1000']);
    await using engine = await start();
    {
      await using fault = await engine.inject({ type: 'process.pause', target: { process: child.pid } });
      expect(fault.state.phase).toBe('active');
      // Pending at first, on a machine that does not let the process run.
      await expect.poll(() => kernelState(child.pid)).toBe('T');
    }
    await expect.poll(() => kernelState(child.pid)).toBe('S');
  });

  it('are spent once a process was killed, or took a signal', async () => {
    using killed = await startProgram('sleep', ['1000']);
    using reloaded = await startNode('process.on("SIGHUP", () => {})');
    await using engine = await start();
    const kill = await engine.inject({ type: 'process.kill', target: { process: killed.pid } });
    await kill.revert();
    expect(kill.state.phase).toBe('spent');
    const target = { process: { pid: reloaded.pid } };
    const signal = await engine.inject({ type: 'process.signal', target, params: { signal: 'SIGHUP' } });
    await signal.revert();
    expect(signal.state.phase).toBe('spent');
  });

  it('are refused on protected processes', async () => {
    await using engine = await start();
    const injecting = engine.inject({ type: 'process.pause', target: { process: process.ppid } });
    await expect(injecting).rejects.toSatisfy((error) => isChaosError(error, 'CHAOS_GUARD_REFUSED'));
  });

  it('are undone by the guardian when the engine is killed', async () => {
    using child = await startProgram('sleep', ['1000']);
    const script = new URL('holding-engine.ts', import.meta.url).pathname;
    const args = ['-C', '@bridge/source', script, String(child.pid), state];
    const engine = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = await once(engine.stdout, 'data');
    expect(String(said)).toBe('active\n');
    await expect.poll(() => kernelState(child.pid)).toBe('T');
    engine.kill('SIGKILL');
    await expect.poll(() => kernelState(child.pid), { timeout: 10_000 }).toBe('S');
  });
});
