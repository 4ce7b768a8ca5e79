import { ChaosError, messageOf } from '@bridge/chaos-core';
import type { WatchContext, WatchListener, WatchSource } from '../watch-source.ts';
import type { Condition, Sighting } from '../watched-target.ts';
import { endProcess } from './end-process.ts';
import { readPidFile } from './pid-file.ts';
import { livingProcess, type ProcessIdentity } from './process-identity.ts';
import { startProcess } from './start-process.ts';
import { parseWatchedProcesses, type WatchedProcess, type WatchedProcessInput } from './watched-process.ts';

/** A process that this one did not start tells nobody that it ended. */
const LOOK_EVERY = 1_000;

interface Known {
  readonly identity: ProcessIdentity;
  readonly since: number;
  readonly exitCode: number | null;
}

/** Watches processes of this machine that are named here. Those that do not run count as stopped. Linux only. */
export function processSource(processes: readonly WatchedProcessInput[]): WatchSource {
  const watched = new Map(parseWatchedProcesses(processes).map((one) => [one.name, one]));
  const known = new Map<string, Known>();
  let listener: WatchListener | undefined;

  const look = async (name: string, { clock }: WatchContext): Promise<Sighting | undefined> => {
    const wanted = watched.get(name);
    if (wanted === undefined) return undefined;
    const identity = await readPidFile(wanted.pidFile);
    const before = known.get(name);
    if (identity !== undefined && identity.started !== before?.identity.started) {
      known.set(name, { identity, since: clock.now(), exitCode: null });
    }
    return sighting(wanted, identity, known.get(name), clock.now());
  };
  const restart = async ({ target }: Sighting, { clock, signal }: WatchContext): Promise<void> => {
    const wanted = watched.get(target.name);
    if (wanted === undefined) throw new ChaosError('CHAOS_RESTART_FAILED', `no watched process ${target.name}`);
    const running = await readPidFile(wanted.pidFile);
    if (running !== undefined) await endProcess(running, wanted.stopTimeout, { clock, signal });
    const { identity, ended } = await startProcess(wanted);
    const since = clock.now();
    known.set(wanted.name, { identity, since, exitCode: null });
    void ended.then((exitCode) => {
      if (known.get(wanted.name)?.identity === identity) known.set(wanted.name, { identity, since, exitCode });
      listener?.changed(wanted.name, clock.wall());
    });
  };
  return {
    kind: 'process',
    look,
    restart,
    async list(context) {
      const sightings = await Promise.all([...watched.keys()].map((name) => look(name, context)));
      return sightings.filter((one) => one !== undefined);
    },
    async watch(to, context) {
      if (process.platform !== 'linux') {
        return to.disconnected(`processes are watched through /proc`, `run on Linux, not ${process.platform}`);
      }
      listener = to;
      to.connected();
      await lookForEnds(known, to, context);
    },
  };
}

async function lookForEnds(
  known: ReadonlyMap<string, Known>,
  listener: WatchListener,
  { clock, signal, log }: WatchContext,
): Promise<void> {
  const told = new Set<string>();
  while (!signal.aborted) {
    for (const [name, { identity }] of known) {
      const mark = `${identity.pid} ${identity.started}`;
      try {
        if (told.has(mark) || (await livingProcess(identity.pid))?.started === identity.started) continue;
        told.add(mark);
        listener.changed(name, clock.wall());
      } catch (error) {
        log.warn({ process: name, error: messageOf(error) }, 'cannot look at a watched process');
      }
    }
    await clock.sleep(LOOK_EVERY, { signal, ref: false }).catch(() => {});
  }
}

function sighting(
  { name, group = name, restart, stopTimeout }: WatchedProcess,
  identity: ProcessIdentity | undefined,
  known: Known | undefined,
  now: number,
): Sighting {
  const startedAt = identity?.started ?? known?.identity.started ?? 'never';
  const target = { kind: 'process', id: name, name, group, labels: {}, startedAt, restart, stopTimeout } as const;
  return { target, condition: condition(identity, known, now) };
}

function condition(identity: ProcessIdentity | undefined, known: Known | undefined, now: number): Condition {
  if (identity === undefined) return { is: 'stopped', exitCode: known?.exitCode ?? null, onPurpose: false };
  return { is: 'running', health: 'none', checks: [], age: now - (known?.since ?? now) };
}
