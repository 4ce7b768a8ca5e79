import { ChaosError, messageOf } from '@bridge/chaos-core';
import type { ContainerInfo } from 'dockerode';
import { judgeContainer } from '../probe/container/container-health.ts';
import { connectDocker } from '../probe/container/docker-connection.ts';
import { COMPOSE_DEPENDS_ON, COMPOSE_PROJECT, COMPOSE_SERVICE } from './compose-labels.ts';
import { type ServiceGraph, serviceGraph } from './service-graph.ts';
import type { Dependency } from './service-map.ts';

/** The containers of one service: what chaos calls a group. */
export interface ComposeService {
  readonly name: string;
  /** The blast-radius group of its containers, `project/service`. */
  readonly group: string;
  /** Names of its containers, whatever their state. */
  readonly containers: readonly string[];
  /** How many run and are healthy by their own health check, where they have one. */
  readonly fine: number;
  /** Whether every container has a health check: without one, running counts as fine. */
  readonly checked: boolean;
}

export interface ComposeProject {
  /** Who depends on whom, from `depends_on`; as many replicas as there are containers. */
  readonly graph: ServiceGraph;
  readonly services: ReadonlyMap<string, ComposeService>;
}

export interface ComposeProjectOptions {
  /** Docker engine: `unix:///path`, `tcp://host:port`, `ssh://user@host`. Default: DOCKER_HOST, then the local socket. */
  readonly host?: string;
}

/**
 * Reads a project of Docker Compose (version 2) from the labels of its containers: services, groups, health and the
 * graph. A service that only had to complete before (`service_completed_successfully`) is an optional need.
 *
 * @throws {ChaosError} CHAOS_TARGET_UNREACHABLE when Docker does not answer, CHAOS_TARGET_NOT_FOUND for a project without
 * containers.
 */
export async function composeProject(project: string, { host }: ComposeProjectOptions = {}): Promise<ComposeProject> {
  const byService = await containersOf(project, host);
  const entries = [...byService].sort(([a], [b]) => a.localeCompare(b, 'en'));
  const services = entries.map(([name, containers]) => [name, serviceOf(project, name, containers)] as const);
  const map = entries.map(([name, containers]) => [name, { needs: needsOf(containers), replicas: containers.length }]);
  return { graph: serviceGraph(Object.fromEntries(map)), services: new Map(services) };
}

interface Inspected {
  readonly labels: Readonly<Record<string, string>>;
  readonly name: string;
  readonly fine: boolean;
  readonly checked: boolean;
}

async function containersOf(project: string, host: string | undefined): Promise<ReadonlyMap<string, Inspected[]>> {
  let found: Inspected[];
  try {
    const docker = await connectDocker(host);
    const listed = await docker.listContainers({ all: true, filters: { label: [`${COMPOSE_PROJECT}=${project}`] } });
    const inspect = async ({ Id, Labels }: ContainerInfo): Promise<Inspected> => {
      const facts = await docker.getContainer(Id).inspect();
      const { Health } = facts.State;
      const checked = Health !== undefined && Health.Status !== 'none';
      const fine = judgeContainer('running-and-healthy', facts).fine === true;
      return { labels: Labels, name: facts.Name.replace(/^\//, ''), fine, checked };
    };
    found = await Promise.all(listed.filter(({ Labels }) => Labels[COMPOSE_SERVICE] !== undefined).map(inspect));
  } catch (cause) {
    const message = `expected Docker to tell the containers of project ${JSON.stringify(project)}: ${messageOf(cause)}`;
    throw new ChaosError('CHAOS_TARGET_UNREACHABLE', message, { cause });
  }
  if (found.length > 0) return Map.groupBy(found, ({ labels }) => labels[COMPOSE_SERVICE] ?? '');
  const message = `expected containers with the label ${COMPOSE_PROJECT}=${project}, found none. Start the project, or name another.`;
  throw new ChaosError('CHAOS_TARGET_NOT_FOUND', message);
}

function serviceOf(project: string, name: string, containers: readonly Inspected[]): ComposeService {
  return {
    name,
    group: `${project}/${name}`,
    containers: containers.map((container) => container.name).sort(),
    fine: containers.filter(({ fine }) => fine).length,
    checked: containers.every(({ checked }) => checked),
  };
}

function needsOf(containers: readonly Inspected[]): Dependency[] {
  const labels = containers.flatMap(({ labels }) => labels[COMPOSE_DEPENDS_ON]?.split(',') ?? []);
  return [...new Set(labels)].flatMap((label): Dependency[] => {
    const [service = '', condition] = label.split(':');
    if (service === '') return [];
    return [condition === 'service_completed_successfully' ? { optional: service } : service];
  });
}
