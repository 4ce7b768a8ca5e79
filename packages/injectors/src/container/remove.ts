import { defineFault, type FaultContext, type Target } from '@bridge/chaos-core';
import type { ContainerInspectInfo } from 'dockerode';
import * as z from 'zod';
import type { DockerConnections } from '../docker/connections.ts';
import { refusalStatus } from '../docker/docker-error.ts';
import type { Obstacle } from '../obstacle.ts';
import { found } from './container-facts.ts';
import { fromExamination, impossible, runState, selectedContainer } from './container-fault.ts';
import { containerRecord, requireSame } from './container-record.ts';
import { recordedContainer } from './docker-container.ts';
import { joinNetworks, likeness, recreate, recreation, recreationOf } from './recreation.ts';

const undo = containerRecord.extend({ found, recreation });
type RemoveRecord = z.output<typeof undo>;

const params = z.strictObject({
  /**
   * What happens to files that were changed outside of volumes: they are lost with the container. `refuse` wants none,
   * `discard` takes the loss. Default `refuse`.
   */
  changedFiles: z.enum(['refuse', 'discard']).default('refuse'),
});

/**
 * `container.remove`: removed by force, then made again from what it was: the same name, image, settings, volumes,
 * networks and addresses, in the state it was found in. Its id and its writable layer are new.
 */
export function containerRemove(connections: DockerConnections) {
  const examined = async (
    target: Target,
    { changedFiles }: z.output<typeof params>,
    context: FaultContext,
  ): Promise<RemoveRecord | Obstacle> => {
    const { facts, record } = await selectedContainer(connections, target, context);
    if (facts.autoRemove) {
      return { reason: 'takes its volumes along when it ends (--rm)', remedy: 'run it without --rm' };
    }
    const connection = connections.get(record.connection);
    const [inspected, listed] = await connection.call(context, {
      what: `inspect container ${record.name}`,
      send: async (docker, abortSignal) => {
        const container = docker.getContainer(record.id);
        const changed: unknown = await container.changes({ abortSignal });
        return [await container.inspect({ abortSignal }), changed];
      },
    });
    const changes = lostFiles(listed, inspected);
    if (changes > 0 && changedFiles === 'refuse') {
      return {
        reason: `has ${changes} changed files outside of its volumes, which would be lost`,
        remedy: 'say changedFiles: discard, or use container.stop',
      };
    }
    return { ...record, recreation: recreationOf(inspected) };
  };
  const standing = (record: RemoveRecord, context: FaultContext) => standingFor(connections, record, context);
  return defineFault({
    type: 'container.remove',
    target: 'container',
    params,
    undo,
    survives: 'host',
    settle: '5s',
    risk: 'critical',
    touches: runState,
    describe: (target, { changedFiles }) =>
      `remove container ${target.name}${changedFiles === 'discard' ? ' with its changed files' : ''}, and make it again`,
    ...fromExamination(examined),
    async inject(_target, _params, record, context) {
      const { container, facts } = await recordedContainer(connections, record, context);
      requireSame(facts, record);
      await container.remove();
    },
    async revert(record, context) {
      const before = await standing(record, context);
      if (before.facts?.status === 'removing') throw impossible(record.name, 'is being removed', 'it is tried again');
      if (before.facts === undefined) await recreateUnlessThere(connections, record, context);
      const { container, facts } = await standing(record, context);
      if (facts === undefined) return;
      if (facts.id !== record.id) {
        await joinNetworks(connections.get(record.connection), facts.id, record.recreation, context);
      }
      if (record.found === 'stopped') return;
      if (facts.status === 'stopped') await container.start();
      if (record.found === 'paused' && facts.status !== 'paused') await container.pause();
    },
    async observe(record, context) {
      const { facts } = await standing(record, context);
      if (facts === undefined || facts.status === 'removing') return 'present';
      return record.found === 'stopped' || facts.status === record.found ? 'absent' : 'present';
    },
    async fingerprint(record, context) {
      const { facts } = await standing(record, context);
      if (facts === undefined) return { removed: true };
      const { status, restartPolicy, networks, image, command } = facts;
      const same = await likeness(connections.get(record.connection), facts.id, context);
      return { status, restartPolicy, networks, image, command, ...same };
    },
  });
}

const changeList = z.array(z.looseObject({ Path: z.string() }));

/** How many changed files would be lost; the engine also lists the folders that it made to mount something there. */
function lostFiles(listed: unknown, { Mounts, HostConfig }: ContainerInspectInfo): number {
  const tmpfs: unknown = HostConfig.Tmpfs ?? {};
  const mounted = [...Mounts.map(({ Destination }) => Destination), ...Object.keys(Object(tmpfs))];
  const isMade = (path: string): boolean => mounted.some((one) => one === path || one.startsWith(`${path}/`));
  // Without changes the answer is no list.
  const changes = Array.isArray(listed) ? changeList.parse(listed) : [];
  return changes.filter(({ Path }) => !isMade(Path)).length;
}

/**
 * The container of the record, or else the one that stands in for it: whichever has its name now. It is looked up by its
 * whole name, since the engine takes a name that nobody has for the beginning of an id.
 */
async function standingFor(
  connections: DockerConnections,
  record: RemoveRecord,
  context: FaultContext,
): ReturnType<typeof recordedContainer> {
  const original = await recordedContainer(connections, record, context);
  if (original.facts !== undefined) return original;
  const listed = await connections.get(record.connection).call(context, {
    what: `list containers named ${record.name}`,
    send: (docker, abortSignal) => docker.listContainers({ all: true, filters: { name: [record.name] }, abortSignal }),
  });
  const successor = listed.find(({ Names }) => Names.includes(`/${record.name}`));
  return successor === undefined ? original : recordedContainer(connections, { ...record, id: successor.Id }, context);
}

/** Another undoer, or whoever looks after the container, may be faster: the name is taken then. */
async function recreateUnlessThere(
  connections: DockerConnections,
  record: RemoveRecord,
  context: FaultContext,
): Promise<void> {
  try {
    await recreate(connections.get(record.connection), record.recreation, context);
  } catch (error) {
    if (refusalStatus(error) !== 409) throw error;
  }
}
