import { ChaosError } from '@bridge/chaos-core';
import type { CallContext, DockerConnection } from '../../docker/connection.ts';
import type { ResourceToolbox } from '../toolbox.ts';

/** The disk under a Docker engine's data folder, as `major:minor`. */
export async function engineDisk(
  { connections, agents }: ResourceToolbox,
  name: string,
  context: CallContext,
): Promise<string | undefined> {
  const folder = await dataFolder(connections.get(name), context);
  const { code, output } = await agents.run(name, ['disk', folder], context);
  return code === 0 ? output.toString().trim() : undefined;
}

async function dataFolder(connection: DockerConnection, context: CallContext): Promise<string> {
  const info: unknown = await connection.call(context, { what: 'describe itself', send: (docker) => docker.info() });
  const folder: unknown = typeof info === 'object' && info !== null ? Reflect.get(info, 'DockerRootDir') : undefined;
  if (typeof folder === 'string') return folder;
  throw new ChaosError('CHAOS_FAULT_FAILED', 'expected the engine to name its data folder; name the disk with device');
}
