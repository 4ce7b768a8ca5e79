import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import {
  ChaosError,
  freshId,
  type GuardianLaunch,
  type GuardianLauncher,
  type RunningGuardian,
} from '@bridge/chaos-core';
import type Docker from 'dockerode';
import type { DockerConnections } from '../docker/connections.ts';
import { attached, hold } from './agent/streams.ts';
import { DockerContainer } from './docker-container.ts';
import { furtherNetworks, GUARDIAN, guardianContainer, sharesFolder } from './guardian-container.ts';
import { removeUnstarted } from './helper-container.ts';
import { callContext, findOwnContainer, type OwnContainer } from './own-engine-container.ts';

/**
 * The guardian as a second container, for an engine that itself runs in one: a child process would be killed together
 * with the engine's container. Needs the Docker socket and the state folder on mounts of the engine's container.
 */
export function containerGuardian(connections: DockerConnections): GuardianLauncher {
  const look = async ({ state }: GuardianLaunch): Promise<{ own: OwnContainer } | { reason: string }> => {
    const found = await findOwnContainer(connections);
    if ('reason' in found || sharesFolder(found.own.inspected, state)) return found;
    const name = found.own.inspected.Name.replace(/^\//, '');
    return {
      reason: `the state folder ${state} is not on a writable bind mount or volume of container ${name}, so that a second container cannot see it; mount one there`,
    };
  };
  return {
    name: 'container',
    outlives: 'container',
    async applies(launch) {
      const found = await look(launch);
      if ('reason' in found) return { applies: false, reason: found.reason };
      return { applies: true, reason: `the engine runs in container ${found.own.inspected.Id.slice(0, 12)}` };
    },
    async launch(launch) {
      const found = await look(launch);
      if ('own' in found) return start(found.own, launch);
      throw new ChaosError('CHAOS_GUARDIAN_CANNOT_START', `a guardian container cannot be started: ${found.reason}`);
    },
  };
}

async function start({ connection, inspected }: OwnContainer, launch: GuardianLaunch): Promise<RunningGuardian> {
  const context = callContext();
  await removeUnstarted(connection, GUARDIAN, context);
  const options = guardianContainer(inspected, launch, freshId('bridge-chaos-guardian'));
  const { id } = await connection.call(context, {
    what: 'create the guardian container',
    send: (docker, abortSignal) => docker.createContainer({ ...options, abortSignal }),
  });
  const container = new DockerContainer(connection, id, context);
  try {
    for (const [name, network] of furtherNetworks(inspected)) {
      await connection.call(context, {
        what: `connect the guardian container to network ${name}`,
        send: (docker) => docker.getNetwork(network).connect({ Container: id }),
      });
    }
    const guardian = await connection.call(context, {
      what: 'attach to the guardian container',
      send: async (docker) => attach(docker, container, launch.state),
    });
    await container.start();
    return guardian;
  } catch (cause) {
    await container.remove();
    throw new ChaosError('CHAOS_GUARDIAN_CANNOT_START', `a guardian container could not be started: ${String(cause)}`, {
      cause,
    });
  }
}

/** The guardian in a container that is about to start. */
export async function attach(docker: Docker, container: DockerContainer, state: string): Promise<RunningGuardian> {
  const stream = await attached(docker, container.id);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  docker.modem.demuxStream(stream, stdout, stderr);
  // What it says after the engine's death is lost with its container; what it did stands in the journal.
  stderr.on(
    'data',
    (chunk: Buffer) => void appendFile(join(state, 'guardian.log'), chunk, { mode: 0o600 }).catch(() => undefined),
  );
  // A broken connection means the same as its end, and shows as `exited`.
  stream.on('error', () => stream.destroy());
  const exited = new Promise<void>((resolve) => {
    stream.once('close', () => {
      stdout.end();
      resolve();
    });
  });
  return {
    // Its pid belongs to another pid namespace.
    pid: undefined,
    stdin: stream,
    stdout,
    exited,
    unref: () => hold(stream, 'unref'),
    ref: () => hold(stream, 'ref'),
    kill: () => void container.remove().catch(() => stream.destroy()),
  };
}
