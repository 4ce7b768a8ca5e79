import {
  ChaosError,
  type FaultContext,
  type Feasibility,
  type Json,
  type Observation,
  type Target,
} from '@bridge/chaos-core';
import type { CallContext } from '../docker/connection.ts';
import type { DockerConnections } from '../docker/connections.ts';
import type { Obstacle } from '../obstacle.ts';
import type { ContainerFacts, Found } from './container-facts.ts';
import { type ContainerRecord, requireSame } from './container-record.ts';
import { DockerContainer, recordedContainer } from './docker-container.ts';

/** A record that also says what the container was doing. */
export interface FoundRecord extends ContainerRecord {
  readonly found: Found;
}

/** The container of a target, read afresh and proven to be the selected incarnation. */
export async function selectedContainer(
  connections: DockerConnections,
  target: Target,
  context: CallContext,
): Promise<{ readonly container: DockerContainer; readonly facts: ContainerFacts; readonly record: FoundRecord }> {
  const connection = connections.get(target.connection ?? '');
  const container = new DockerContainer(connection, target.id, context);
  const [inspected, engine] = await Promise.all([container.inspect(), connection.facts(context)]);
  const facts = requireSame(inspected, target);
  const { id, name, startedAt, status } = facts;
  if (status === 'restarting' || status === 'removing')
    throw impossible(name, `is ${status}`, 'wait until it has settled');
  return {
    container,
    facts,
    record: { connection: connection.name, engine: engine.id, id, name, startedAt, found: status },
  };
}

export function impossible(name: string, reason: string, remedy: string): ChaosError {
  return new ChaosError('CHAOS_FAULT_IMPOSSIBLE', `container ${name} ${reason}; ${remedy}`);
}

/** @throws ChaosError `CHAOS_FAULT_IMPOSSIBLE` when something keeps the container from being `done`: stopped, paused. */
export function requireNone(obstacle: Obstacle | undefined, name: string, done: string): void {
  if (obstacle !== undefined) throw impossible(name, `cannot be ${done}: ${obstacle.reason}`, obstacle.remedy);
}

/** Puts the found state back; does nothing where it is there already or the container is gone. */
export async function restoreFound(
  connections: DockerConnections,
  record: FoundRecord,
  context: CallContext,
): Promise<void> {
  const { container, facts } = await recordedContainer(connections, record, context);
  if (facts === undefined || facts.status === 'removing' || record.found === 'stopped') return;
  if (facts.status === 'stopped') await container.start();
  // Start is a no-op while the engine waits to restart a crashing container; restart ends the wait.
  if (facts.status === 'restarting') await container.restart(0);
  if (record.found === 'paused' && facts.status !== 'paused') await container.pause();
}

/** `present` while the found state is missing. */
export async function observeFound(
  connections: DockerConnections,
  record: FoundRecord,
  context: FaultContext,
): Promise<Observation> {
  const { facts } = await recordedContainer(connections, record, context);
  if (facts === undefined || facts.status === 'removing') return 'gone';
  if (record.found === 'stopped') return 'absent';
  const back = facts.status === 'paused' || (facts.status === 'running' && record.found === 'running');
  return back ? 'absent' : 'present';
}

/** True once the incarnation in the record has ended. */
export async function incarnationEnded(
  connections: DockerConnections,
  record: FoundRecord,
  context: FaultContext,
): Promise<boolean> {
  const { facts } = await recordedContainer(connections, record, context);
  return facts?.startedAt !== record.startedAt;
}

/** What must be the same before and after a fault on a container's life. */
export async function runStateFingerprint(
  connections: DockerConnections,
  record: ContainerRecord,
  context: FaultContext,
): Promise<Json> {
  const { facts } = await recordedContainer(connections, record, context);
  if (facts === undefined) return { removed: true };
  const { status, restartPolicy, networks } = facts;
  return { status, restartPolicy, networks };
}

/** Faults on one container's life exclude each other; faults on its network or limits do not. */
export function runState(target: Target): readonly string[] {
  return [`container:${target.connection}:${target.id}:run-state`];
}

/** `feasible` and `prepare` from one look that only reads: it finds the undo record, or what is in the way. */
export function fromExamination<Params, Undo extends object>(
  examine: (target: Target, params: Params, context: FaultContext) => Promise<Undo | Obstacle>,
) {
  return {
    feasible: (target: Target, params: Params, context: FaultContext): Promise<Feasibility> =>
      feasibleWhen(async () => {
        const result = await examine(target, params, context);
        return isObstacle(result) ? { ...result, reason: `container ${target.name} ${result.reason}` } : undefined;
      }),
    prepare: async (target: Target, params: Params, context: FaultContext): Promise<Undo> => {
      const result = await examine(target, params, context);
      if (isObstacle(result)) throw impossible(target.name, result.reason, result.remedy);
      return result;
    },
  };
}

function isObstacle(result: object): result is Obstacle {
  return 'reason' in result;
}

/** Turns the reasons why `prepare` would refuse into an answer for `plan()`. */
export async function feasibleWhen(check: () => Promise<Obstacle | undefined>): Promise<Feasibility> {
  const obstacle = await check();
  return obstacle === undefined ? { possible: true } : { possible: false, ...obstacle };
}
