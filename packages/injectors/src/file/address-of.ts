import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, relative } from 'node:path';
import { ChaosError, type Target } from '@bridge/chaos-core';
import { selectedContainer } from '../container/container-fault.ts';
import { requireReach } from '../container/engine-reach.ts';
import { inspectContainer } from '../container/inspect-container.ts';
import type { CallContext } from '../docker/connection.ts';
import type { DockerConnections } from '../docker/connections.ts';
import { ownWorld } from '../process/process-identity.ts';
import type { FilesSettings } from './options.ts';
import { isAbsence } from './place/host-folder.ts';
import type { Address, ContainerAddress, HostAddress } from './place/place-record.ts';

const KERNEL = ['/proc', '/sys', '/dev'];

/** A path as a target of a host file: its folder without links, its own name as it is. Undefined without that folder. */
export async function resolvedPath(path: string): Promise<string | undefined> {
  try {
    const folder = await realpath(dirname(path));
    return `${folder === '/' ? '' : folder}/${basename(path)}`;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Where the file of a target is, after every rule about where files may be broken has been looked at. */
export async function addressOf(
  target: Target,
  settings: FilesSettings,
  connections: DockerConnections,
  context: CallContext,
): Promise<Address> {
  const [, id, inside] = /^([0-9a-f]{64}):(\/.*)$/s.exec(target.id) ?? [];
  if (id === undefined || inside === undefined) return hostAddress(target.id, settings);
  const [startedAt = ''] = target.startedAt.split(' ');
  const container = { ...target, kind: 'container', id, name: target.labels['container'] ?? id, startedAt };
  return containerAddress(container, inside, settings, connections, context);
}

async function hostAddress(path: string, { roots }: FilesSettings): Promise<HostAddress> {
  await requireHostRoot(path, roots);
  const folder = dirname(path);
  const [{ boot, container }, { dev, ino }] = await Promise.all([ownWorld(), lstat(folder, { bigint: true })]);
  return { in: 'host', folder, name: basename(path), identity: `${dev}:${ino}`, boot, container };
}

/** Refuses a path, whose folder is resolved already, outside of every root. */
export async function requireHostRoot(path: string, roots: readonly string[]): Promise<void> {
  const real = await Promise.all(roots.map((root) => realpath(root).catch(() => undefined)));
  if (real.some((root) => root !== undefined && isBelow(path, root))) return;
  throw outside(path, roots, 'roots');
}

async function containerAddress(
  container: Target,
  path: string,
  { containerRoots }: FilesSettings,
  connections: DockerConnections,
  context: CallContext,
): Promise<ContainerAddress> {
  const root = requireContainerRoot(path, containerRoots);
  const { record } = await selectedContainer(connections, container, context);
  const { found, ...identity } = record;
  if (found === 'stopped') {
    throw impossible(`container ${record.name} does not run, so that its files cannot be reached`, 'start it first');
  }
  requireReach(record.name, await connections.get(identity.connection).facts(context));
  const bind = await bindMountOf(connections, identity.connection, container.id, path, context);
  if (bind !== undefined) {
    throw impossible(
      `${path} of container ${record.name} is on a folder of the host (${bind})`,
      'select the file of the host, with roots that allow it',
    );
  }
  const folder = relative(root, dirname(path)) || '.';
  return { in: 'container', container: identity, root, folder, name: basename(path) };
}

/** The longest allowed root above a path in a container. */
export function requireContainerRoot(path: string, roots: readonly string[]): string {
  const [root] = roots.filter((one) => isBelow(path, one)).sort((a, b) => b.length - a.length);
  if (root === undefined) throw outside(path, roots, 'containerRoots');
  const kernel = KERNEL.find((one) => isBelow(path, one));
  if (kernel === undefined) return root;
  throw impossible(`${path} belongs to the kernel`, 'choose a file of the container');
}

async function bindMountOf(
  connections: DockerConnections,
  connection: string,
  id: string,
  path: string,
  context: CallContext,
): Promise<string | undefined> {
  const { Mounts } = await inspectContainer(connections.get(connection), id, context);
  const [nearest] = Mounts.filter(({ Destination }) => path === Destination || isBelow(path, Destination)).sort(
    (a, b) => b.Destination.length - a.Destination.length,
  );
  return nearest?.Type === 'bind' ? nearest.Source : undefined;
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

function outside(path: string, roots: readonly string[], option: string): ChaosError {
  const allowed = roots.length === 0 ? 'none is' : `${roots.join(', ')} are`;
  return impossible(
    `${path} is outside the allowed folders (${allowed})`,
    `name its folder in the ${option} option of files()`,
  );
}

function impossible(reason: string, remedy: string): ChaosError {
  return new ChaosError('CHAOS_FAULT_IMPOSSIBLE', `${reason}; ${remedy}`, { details: { reason, remedy } });
}
