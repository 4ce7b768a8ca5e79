import {
  type AnyFault,
  ChaosError,
  type ChaosPlugin,
  definePlugin,
  type FaultContext,
  freshId,
  type Target,
  type TargetSource,
} from '@bridge/chaos-core';
import { app } from '@bridge/chaos-injectors/app';
import * as z from 'zod';
import type { VerbCall } from './call.ts';
import { DIED, type Host } from './host.ts';

const SHARED = Symbol.for('bridge-chaos.hosted-app');

/** The living and the dead, by pid: of all copies of this module, since the kit may load it anew. */
const hosts = shared();

function shared(): Map<number, Host> {
  const known: unknown = Reflect.get(globalThis, SHARED);
  if (known instanceof Map) return known;
  const none = new Map<number, Host>();
  Reflect.set(globalThis, SHARED, none);
  return none;
}

/** From now on, faults whose target or record names it are acted out there. */
export function know(host: Host): Host {
  hosts.set(host.pid, host);
  return host;
}

function hostOf(pid: number): Host {
  const host = hosts.get(pid);
  if (host === undefined) throw new Error(`There is no host with pid ${pid}.`);
  return host;
}

const source: TargetSource = {
  kind: 'app',
  query: z.string(),
  find: async () => [...hosts.values()].map(({ target }) => target),
  reread: async (target) => (hostOf(Number(target.id)).lives() ? target : undefined),
  group: async (target) => [target],
};

/**
 * The faults of `app()` with their verbs called in a {@link Host}, which may end by it. What is asked of an ended one is
 * answered here from the record alone, as by the engine that starts after it.
 */
export default function hostedApp(): ChaosPlugin {
  const copy = freshId('copy');
  return definePlugin({
    name: 'hosted-app',
    module: import.meta.url,
    options: {},
    targets: [source],
    faults: app().faults.map((fault: AnyFault) => hosted(fault, copy)),
    probes: [],
  });
}

const record = z.looseObject({ process: z.looseObject({ pid: z.number() }) });
const pidOf = (undo: unknown): number => record.parse(undo).process.pid;

const feasibility = z.union([
  z.object({ possible: z.literal(true) }),
  z.object({ possible: z.literal(false), reason: z.string(), remedy: z.string() }),
]);
const observation = z.enum(['present', 'absent', 'gone']);

function hosted(fault: AnyFault, copy: string): AnyFault {
  const { type } = fault;
  const there = (pid: number, call: VerbCall, { signal }: FaultContext): Promise<unknown> =>
    hostOf(pid).call({ type, copy, call, signal });
  const alive = async (target: Target, call: VerbCall, context: FaultContext): Promise<unknown> => {
    const answer = await there(Number(target.id), call, context);
    if (answer !== DIED) return answer;
    throw new ChaosError('CHAOS_TARGET_CHANGED', `expected process ${target.id} to live, it has ended; start it again`);
  };
  const verbs: Pick<AnyFault, 'prepare' | 'feasible' | 'inject' | 'revert' | 'observe' | 'ended'> = {
    prepare: (target, params, context) => alive(target, { verb: 'prepare', target, params }, context),
    feasible: async (target, params, context) =>
      feasibility.parse(await alive(target, { verb: 'feasible', target, params }, context)),
    // Nobody is left to answer when the process ends by it.
    inject: async (target, params, undo, context) =>
      void (await there(Number(target.id), { verb: 'inject', target, params, undo }, context)),
    async revert(undo, context) {
      const answer = await there(pidOf(undo), { verb: 'revert', undo }, context);
      if (answer === DIED) await fault.revert(undo, context);
    },
    async observe(undo, context) {
      const answer = await there(pidOf(undo), { verb: 'observe', undo }, context);
      return answer === DIED ? await fault.observe(undo, context) : observation.parse(answer);
    },
    async ended(undo, context) {
      const answer = await there(pidOf(undo), { verb: 'ended', undo }, context);
      return answer === DIED ? (await fault.ended?.(undo, context)) === true : z.boolean().parse(answer);
    },
  };
  return Object.assign(Object.create(fault), verbs);
}
