import { ChaosError, defineFault, freshId } from '@bridge/chaos-core';
import * as z from 'zod';
import type { CallContext } from '../docker/connection.ts';
import type { DockerConnections } from '../docker/connections.ts';
import { type ContainerFacts, found } from './container-facts.ts';
import {
  feasibleWhen,
  impossible,
  incarnationEnded,
  observeFound,
  restoreFound,
  runState,
  runStateFingerprint,
  selectedContainer,
} from './container-fault.ts';
import { containerRecord, requireSame } from './container-record.ts';
import { DockerContainer, recordedContainer } from './docker-container.ts';
import { requireAlive, whyNotEndable } from './endable.ts';
import { requireReach, whyOutOfReach } from './engine-reach.ts';
import { belongsTo } from './freezer.ts';
import { runHelper } from './helper-container.ts';

const NOT_ITS_PROCESS = 3;
/** Kills the pid `$2` if its cgroup still carries the container's id `$1`. */
const KILL_IF_SAME = `grep -q "$1" "/proc/$2/cgroup" || exit ${NOT_ITS_PROCESS}; kill -9 "$2"`;

/**
 * `container.crash`: SIGKILL to the container's main process from outside the engine, a death as in real life: its
 * restart policy acts. Done directly where this process sees that pid and may signal it, else by a helper container in
 * the host's pid namespace with no capability but KILL. A container that nobody restarts is started again afterwards.
 */
export function containerCrash(connections: DockerConnections, image: string | undefined) {
  return defineFault({
    type: 'container.crash',
    target: 'container',
    params: z.strictObject({}),
    undo: containerRecord.extend({ found, helper: z.string() }),
    survives: 'host',
    settle: '5s',
    risk: 'high',
    momentary: true,
    touches: runState,
    describe: (target) => `kill the main process of container ${target.name} behind its engine's back`,
    feasible: (target, _params, context) =>
      feasibleWhen(async () => {
        const { facts, record } = await selectedContainer(connections, target, context);
        if (facts.status === 'paused') return FROZEN;
        return whyNotEndable(facts) ?? whyOutOfReach(await connections.get(record.connection).facts(context));
      }),
    async prepare(target, _params, context) {
      const { facts, record } = await selectedContainer(connections, target, context);
      requireAlive(facts);
      if (facts.status === 'paused') throw impossible(facts.name, FROZEN.reason, FROZEN.remedy);
      requireReach(facts.name, await connections.get(record.connection).facts(context));
      return { ...record, helper: freshId('bridge-chaos-crash') };
    },
    async inject(_target, _params, undo, context) {
      const facts = requireSame((await recordedContainer(connections, undo, context)).facts, undo);
      if (await killDirectly(facts)) return;
      await killByHelper(connections, { ...undo, image }, facts, context);
    },
    ended: (undo, context) => incarnationEnded(connections, undo, context),
    async revert(undo, context) {
      await new DockerContainer(connections.get(undo.connection), undo.helper, context).remove();
      await restoreFound(connections, undo, context);
    },
    observe: (undo, context) => observeFound(connections, undo, context),
    fingerprint: (undo, context) => runStateFingerprint(connections, undo, context),
  });
}

const FROZEN = { reason: 'is paused: the kernel keeps SIGKILL from frozen processes', remedy: 'unpause it first' };

async function killDirectly({ id, pid }: ContainerFacts): Promise<boolean> {
  if (!(await belongsTo(id, pid))) return false;
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    // Not allowed, or it ended just now: the helper is allowed, and tells the two apart.
    return false;
  }
}

async function killByHelper(
  connections: DockerConnections,
  task: { readonly connection: string; readonly helper: string; readonly image: string | undefined },
  { id, name, pid }: ContainerFacts,
  context: CallContext,
): Promise<void> {
  const code = await runHelper(
    connections.get(task.connection),
    {
      name: task.helper,
      purpose: 'crash',
      image: task.image,
      script: KILL_IF_SAME,
      args: [id, String(pid)],
      capabilities: ['KILL'],
    },
    context,
  );
  if (code === 0) return;
  if (code === NOT_ITS_PROCESS) {
    throw new ChaosError('CHAOS_TARGET_CHANGED', `container ${name} has no process ${pid} any more; select it again`);
  }
  throw new ChaosError(
    'CHAOS_FAULT_FAILED',
    `expected a helper to kill process ${pid} of container ${name}, but it ended with code ${code}; see whether the engine allows --pid host and the KILL capability`,
  );
}
