import {
  ChaosError,
  type ProtectiveTargetSource,
  type Target,
  type TargetContext,
  type TargetSource,
} from '@bridge/chaos-core';
import type { DockerConnection } from '../docker/connection.ts';
import type { DockerConnections } from '../docker/connections.ts';
import { refusalStatus } from '../docker/docker-error.ts';
import type { ContainerFacts } from './container-facts.ts';
import { engineFilters, groupOf, isNamed, matchesImage, matching, onlyName } from './container-match.ts';
import { type ContainerQuery, containerQuery } from './container-query.ts';
import { DockerContainer } from './docker-container.ts';
import { protectionOf } from './protection.ts';

export interface ContainerSourceOptions {
  /** Label whose value is the blast-radius group; compose `project/service` without it. */
  readonly groupLabel: string;
}

/** Containers of every connection. Identity is id and start time; a name is only ever used to look. */
export function containerSource(
  connections: DockerConnections,
  { groupLabel }: ContainerSourceOptions,
): TargetSource<'container', typeof containerQuery> & ProtectiveTargetSource {
  // Whether it is protected does not change while it exists: what was seen when it was found will do.
  const seen = new WeakMap<Target, ContainerFacts>();
  const targetAs = (facts: ContainerFacts, connection: string): Target => {
    const target = targetOf(facts, connection, groupLabel);
    seen.set(target, facts);
    return target;
  };
  const find = async (query: ContainerQuery, context: TargetContext): Promise<readonly Target[]> => {
    const asked = query.connection === undefined ? connections.all : [connections.get(query.connection)];
    const found = await Promise.all(asked.map((connection) => findOn(connection, query, targetAs, context)));
    const targets = found.flat();
    requireUnambiguous(query, targets);
    return targets.sort((a, b) => order(a).localeCompare(order(b), 'en'));
  };
  const read = async (target: Target, context: TargetContext): Promise<ContainerFacts | undefined> =>
    new DockerContainer(connections.get(target.connection ?? ''), target.id, context).inspect();
  return {
    kind: 'container',
    query: containerQuery,
    find,
    async reread(target, context) {
      const facts = await read(target, context);
      return facts?.startedAt === target.startedAt ? targetAs(facts, target.connection ?? '') : undefined;
    },
    async group(target, context) {
      if (target.group === undefined) return [target];
      return find({ group: target.group, connection: target.connection, state: ['running'] }, context);
    },
    async protects(target, context) {
      return protectionOf(target, seen.get(target) ?? (await read(target, context)));
    },
  };
}

async function findOn(
  connection: DockerConnection,
  query: ContainerQuery,
  targetAs: (facts: ContainerFacts, connection: string) => Target,
  context: TargetContext,
): Promise<Target[]> {
  const named = await namedOn(connection, query, context);
  const read = named === undefined ? await listedOn(connection, query, context) : [named];
  return read
    .filter((facts) => facts.status !== 'removing')
    .filter((facts) => query.image === undefined || matchesImage(facts.image, query.image))
    .map((facts) => targetAs(facts, connection.name))
    .filter((target) => query.group === undefined || target.group === query.group);
}

/** The one that a name means, in one call instead of two; undefined where only the list can tell. */
async function namedOn(
  connection: DockerConnection,
  query: ContainerQuery,
  context: TargetContext,
): Promise<ContainerFacts | undefined> {
  const name = onlyName(query);
  if (name === undefined) return undefined;
  try {
    const facts = await new DockerContainer(connection, name, context).inspect();
    // The engine also takes shorter prefixes, and aliases that others have for it.
    return facts !== undefined && isNamed(facts, name) ? facts : undefined;
  } catch (error) {
    // The prefix of several.
    if (refusalStatus(error) === undefined) throw error;
    return undefined;
  }
}

async function listedOn(
  connection: DockerConnection,
  query: ContainerQuery,
  context: TargetContext,
): Promise<ContainerFacts[]> {
  const listed = await connection.call(context, {
    what: 'list containers',
    send: (docker, abortSignal) => docker.listContainers({ all: true, filters: engineFilters(query), abortSignal }),
  });
  const read = await Promise.all(
    matching(listed, query).map(({ Id }) => new DockerContainer(connection, Id, context).inspect()),
  );
  return read.filter((facts) => facts !== undefined);
}

function targetOf(facts: ContainerFacts, connection: string, groupLabel: string): Target {
  const group = groupOf(facts.labels, groupLabel);
  return {
    kind: 'container',
    id: facts.id,
    name: facts.name,
    labels: facts.labels,
    startedAt: facts.startedAt,
    connection,
    ...(group === undefined ? {} : { group }),
  };
}

function order({ connection, name, id }: Target): string {
  return `${connection}/${name}/${id}`;
}

// A name is unique on one engine, so more than one hit there means an id prefix that is too short.
function requireUnambiguous({ name }: ContainerQuery, targets: readonly Target[]): void {
  if (name === undefined) return;
  const perEngine = new Set(targets.map(({ connection }) => connection));
  if (targets.length === perEngine.size) return;
  throw new ChaosError(
    'CHAOS_TARGET_NOT_FOUND',
    `expected ${JSON.stringify(name)} to be one container, got ${targets.length} (${targets.map((target) => target.name).join(', ')}); write more of the id`,
  );
}
