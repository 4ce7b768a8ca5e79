import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ChaosEngine, holdExclusively, messageOf } from '@bridge/chaos-core';
import { processes } from '@bridge/chaos-injectors/processes';
import type { Control } from '../host/control.ts';
import { liveEntries, owner } from '../host/state-of.ts';
import { entryLine } from '../view/entry-line.ts';
import type { Check } from './check.ts';

/** Whether a state folder can do its work here, and what is in the one that is used. */
export async function stateChecks(control: Control): Promise<readonly Check[]> {
  return [
    await folderCheck(control.state),
    await guardianCheck(),
    stopCheck(control),
    ...(await leftoverChecks(control.state)),
  ];
}

/** Sockets and hard links, tried in a folder beside it. */
async function folderCheck(state: string): Promise<Check> {
  const [area, name] = ['state', 'state folder'] as const;
  try {
    const folder = await mkdtemp(join(dirname(state), '.chaos-'));
    try {
      const hold = await holdExclusively(folder);
      await hold[Symbol.asyncDispose]();
    } finally {
      await rm(folder, { recursive: true });
    }
    return { area, name, outcome: 'ok', found: `${state}: sockets and hard links work` };
  } catch (error) {
    const remedy = 'set `state` to a short path on a local disk that this user may write';
    return { area, name, outcome: 'failed', found: messageOf(error), remedy };
  }
}

/** Starts a guardian for a moment. */
async function guardianCheck(): Promise<Check> {
  const [area, name] = ['host', 'guardian'] as const;
  const folder = await mkdtemp(join(tmpdir(), 'chaos-doctor-'));
  try {
    await using engine = new ChaosEngine({ plugins: [processes()], state: folder, armed: true, guardian: 'process' });
    await engine.start();
    const { state, pid } = engine.status().guardian;
    const found = `${state}, process ${pid}`;
    if (state === 'armed') return { area, name, outcome: 'ok', found };
    return { area, name, outcome: 'failed', found, remedy: 'allow child processes' };
  } catch (error) {
    return { area, name, outcome: 'failed', found: messageOf(error), remedy: 'allow child processes' };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function stopCheck({ engine }: Control): Check {
  const { emergencyStop: stop } = engine.status();
  const [area, name] = ['state', 'emergency stop'] as const;
  if (!stop.engaged) return { area, name, outcome: 'ok', found: 'not engaged' };
  const found = `engaged since ${stop.time}: ${stop.reason}`;
  return { area, name, outcome: 'limited', found, remedy: '`chaos release <reason>`' };
}

async function leftoverChecks(state: string): Promise<readonly Check[]> {
  const [area, name] = ['leftovers', 'faults in the journal'] as const;
  const [live, holder] = [await liveEntries(state), await owner(state)];
  if (live.length === 0) return [{ area, name, outcome: 'ok', found: 'none' }];
  if (holder !== undefined) {
    return [
      { area, name, outcome: 'ok', found: `${live.length}, held by process ${holder.pid ?? 'that does not answer'}` },
    ];
  }
  return live.map((entry) => ({
    area,
    name,
    outcome: 'failed',
    found: entryLine(entry).trim(),
    remedy: '`chaos revert`',
  }));
}
