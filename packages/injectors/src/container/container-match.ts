import { patternTest } from '@bridge/chaos-core';
import type { ContainerInfo } from 'dockerode';
import type { ContainerQuery } from './container-query.ts';

const COMPOSE_PROJECT = 'com.docker.compose.project';
const COMPOSE_SERVICE = 'com.docker.compose.service';
const LIVING: readonly string[] = ['running', 'paused', 'restarting'];
const ID_PREFIX = /^[0-9a-f]{4,64}$/;
/** What may stand in the path of a request. */
const ONE_NAME = /^[\w][\w.-]*$/;

/** Filters the engine applies itself; the rest is matched here. */
export function engineFilters(query: ContainerQuery): Record<string, string[]> {
  const labels = Object.entries(query.labels ?? {}).map(([name, value]) => `${name}=${value}`);
  if (query.compose?.project !== undefined) labels.push(`${COMPOSE_PROJECT}=${query.compose.project}`);
  if (query.compose?.service !== undefined) labels.push(`${COMPOSE_SERVICE}=${query.compose.service}`);
  const states = statesOf(query);
  return {
    ...(labels.length === 0 ? {} : { label: labels }),
    ...(states === undefined ? {} : { status: [...states] }),
  };
}

function statesOf({ state, name }: ContainerQuery): readonly string[] | undefined {
  if (state !== undefined) return typeof state === 'string' ? [state] : state;
  return name === undefined ? LIVING : undefined;
}

/** The listed containers that match by name, id and pattern. An exact name beats an id prefix. */
export function matching(listed: readonly ContainerInfo[], query: ContainerQuery): readonly ContainerInfo[] {
  const { name, nameMatches } = query;
  const candidates =
    nameMatches === undefined ? listed : listed.filter((one) => namesOf(one).some(patternTest(nameMatches)));
  if (name === undefined) return candidates;
  const exact = candidates.filter((one) => namesOf(one).includes(name));
  if (exact.length > 0 || !ID_PREFIX.test(name)) return exact;
  return candidates.filter((one) => one.Id.startsWith(name));
}

/** The name of a query that says nothing else, as far as a container can have it: the engine knows it without a list. */
export function onlyName({ name, connection: _, ...others }: ContainerQuery): string | undefined {
  const isAlone = Object.values(others).every((value) => value === undefined);
  return isAlone && name !== undefined && ONE_NAME.test(name) ? name : undefined;
}

/** Whether the container is the one with that name, or with that prefix of its id. */
export function isNamed(container: { readonly id: string; readonly name: string }, name: string): boolean {
  return container.name === name || (ID_PREFIX.test(name) && container.id.startsWith(name));
}

// Names of linked containers carry a second slash: they are aliases in another container, not names.
function namesOf({ Names }: ContainerInfo): readonly string[] {
  return Names.map((name) => name.replace(/^\//, '')).filter((name) => !name.includes('/'));
}

export function matchesImage(image: string, wanted: string): boolean {
  return image === wanted || image.replace(/@.*$/, '').replace(/:[^:/]*$/, '') === wanted;
}

/** The blast-radius group: the group label's value, else compose `project/service`. */
export function groupOf(labels: Readonly<Record<string, string>>, groupLabel: string): string | undefined {
  const own = labels[groupLabel];
  if (own !== undefined) return own;
  const service = labels[COMPOSE_SERVICE];
  return service === undefined ? undefined : `${labels[COMPOSE_PROJECT] ?? ''}/${service}`;
}
