import type { Target, TargetContext, TargetSource } from '@bridge/chaos-core';
import { containerSource } from '../container/container-source.ts';
import { addressOf, requireContainerRoot, requireHostRoot, resolvedPath } from './address-of.ts';
import { type FileQuery, fileQuery } from './file-query.ts';
import type { FileToolbox } from './file-toolbox.ts';
import { placeAt } from './place/place-record.ts';

/** Files below the allowed roots, of this machine or of containers. Identity is device and inode. */
export function fileSource(toolbox: FileToolbox): TargetSource<'file', typeof fileQuery> {
  const { connections, settings } = toolbox;
  const containers = containerSource(connections, settings);
  const find = async ({ path, ...query }: FileQuery, context: TargetContext): Promise<readonly Target[]> => {
    if (!('container' in query) || query.container === undefined) return onHost(path, context);
    requireContainerRoot(path, settings.containerRoots);
    const found = await containers.find(query.container, context);
    const read = await Promise.all(found.map((container) => read_(inContainer(container, path), context)));
    return read.filter((target) => target !== undefined);
  };
  const onHost = async (path: string, context: TargetContext): Promise<readonly Target[]> => {
    const resolved = await resolvedPath(path);
    if (resolved === undefined) return [];
    await requireHostRoot(resolved, settings.roots);
    const base = { kind: 'file', id: resolved, name: resolved, labels: {}, startedAt: '' };
    const target = await read_(base, context);
    return target === undefined ? [] : [target];
  };
  /** The target with its identity as it is now, or undefined when nothing is there. */
  const read_ = async (target: Target, context: TargetContext): Promise<Target | undefined> => {
    const address = await addressOf(target, settings, connections, context);
    const look = await placeAt(toolbox, address).look(context);
    if (look === 'nothing' || look === 'gone') return undefined;
    const started = address.in === 'container' ? `${address.container.startedAt} ` : '';
    return { ...target, startedAt: `${started}${look.identity}` };
  };
  return {
    kind: 'file',
    query: fileQuery,
    find,
    async reread(target, context) {
      const now = await read_(target, context);
      return now?.startedAt === target.startedAt ? now : undefined;
    },
    async group(target, context) {
      const container = target.labels['container'];
      if (target.group === undefined || container === undefined) return [target];
      const path = target.id.slice(target.id.indexOf(':') + 1);
      const asked = { group: target.group, connection: target.connection, state: ['running' as const] };
      return (await containers.find(asked, context)).map((one) => inContainer(one, path));
    },
  };
}

function inContainer({ id, name, startedAt, group, connection }: Target, path: string): Target {
  return {
    kind: 'file',
    id: `${id}:${path}`,
    name: `${name}:${path}`,
    labels: { container: name },
    startedAt,
    ...(group === undefined ? {} : { group }),
    ...(connection === undefined ? {} : { connection }),
  };
}
