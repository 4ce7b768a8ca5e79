import type { Target } from '@bridge/chaos-core';
import type { ContainerFacts } from '../container/container-facts.ts';
import { impossible, selectedContainer } from '../container/container-fault.ts';
import { type ContainerRecord, requireSame } from '../container/container-record.ts';
import { recordedContainer } from '../container/docker-container.ts';
import { requireReach } from '../container/engine-reach.ts';
import type { CallContext } from '../docker/connection.ts';
import type { DockerConnections } from '../docker/connections.ts';

/** A container that runs, in reach of an agent, with the record that names this incarnation. */
export async function runningTarget(
  connections: DockerConnections,
  target: Target,
  context: CallContext,
): Promise<{ readonly facts: ContainerFacts; readonly record: ContainerRecord }> {
  const { facts, record } = await selectedContainer(connections, target, context);
  const { found, ...identity } = record;
  if (found !== 'running') throw impossible(facts.name, `is ${found}`, 'let it run first');
  requireReach(facts.name, await connections.get(identity.connection).facts(context));
  return { facts, record: identity };
}

/** The incarnation of a record; undefined when it has ended, and with it all that was done to its processes. */
export async function sameIncarnation(
  connections: DockerConnections,
  record: ContainerRecord,
  context: CallContext,
): Promise<ContainerFacts | undefined> {
  const { facts } = await recordedContainer(connections, record, context);
  return facts?.startedAt === record.startedAt && facts.pid > 0 ? facts : undefined;
}

/** The same, for a fault that is about to act. */
export async function unchangedTarget(
  connections: DockerConnections,
  record: ContainerRecord,
  context: CallContext,
): Promise<ContainerFacts> {
  return requireSame((await recordedContainer(connections, record, context)).facts, record);
}
