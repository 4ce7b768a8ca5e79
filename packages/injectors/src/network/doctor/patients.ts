import { DockerContainer } from '../../container/docker-container.ts';
import { HELPER_LABEL } from '../../container/protection.ts';
import type { CallContext, DockerConnection } from '../../docker/connection.ts';
import { PURPOSE } from '../helper/helper.ts';
import type { Place } from '../helper/helpers.ts';
import type { Finding } from './finding.ts';

/** A running container with a network of its own. */
export interface Patient extends Place {
  readonly name: string;
  /** Whether a living helper stands in its network. */
  readonly isHeld: boolean;
}

interface Listed {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: string;
  readonly Created: number;
  readonly HostConfig: { readonly NetworkMode?: string };
  readonly Labels: Readonly<Record<string, string>>;
}

const JUST_MADE = 60_000;
/** A killed helper is listed until the engine has removed it. */
const ENDED = ['exited', 'removing', 'dead'];

export async function patientsOf(connection: DockerConnection, context: CallContext): Promise<readonly Patient[]> {
  const listed = await listedOn(connection, context);
  const helpers = listed.filter((one) => isHelper(one) && !ENDED.includes(one.State));
  const modes = new Set(helpers.map(({ HostConfig }) => HostConfig.NetworkMode));
  const candidates = listed.filter((one) => one.State === 'running' && !isHelper(one) && hasOwnNetwork(one));
  const patients = await Promise.all(
    candidates.map(async ({ Id, Names }): Promise<Patient[]> => {
      const facts = await new DockerContainer(connection, Id, context).inspect();
      if (facts === undefined || facts.status !== 'running') return [];
      const isHeld = modes.has(`container:${Id}`);
      return [{ connection: connection.name, id: Id, startedAt: facts.startedAt, name: nameOf(Names), isHeld }];
    }),
  );
  return patients.flat();
}

/** Helpers that no engine can be using: never started, or in the network of an incarnation that has ended. */
export async function staleHelpers(
  connection: DockerConnection,
  remove: boolean,
  context: CallContext,
): Promise<readonly Finding[]> {
  const listed = await listedOn(connection, context);
  const found: Finding[] = [];
  for (const helper of listed.filter(isHelper)) {
    if (!(await isStale(connection, helper, context))) continue;
    if (remove) await new DockerContainer(connection, helper.Id, context).remove();
    const container = nameOf(helper.Names);
    found.push({ kind: 'stale-helper', connection: connection.name, container, state: remove ? 'removed' : 'left' });
  }
  return found;
}

async function isStale(connection: DockerConnection, helper: Listed, context: CallContext): Promise<boolean> {
  if (helper.State !== 'running') return helper.Created * 1000 < context.clock.wall() - JUST_MADE;
  const [, id] = /^container:(.+)$/.exec(helper.HostConfig.NetworkMode ?? '') ?? [];
  if (id === undefined) return false;
  const [target, own] = await Promise.all(
    [id, helper.Id].map((one) => new DockerContainer(connection, one, context).inspect()),
  );
  if (target === undefined || (target.status !== 'running' && target.status !== 'paused')) return true;
  return own !== undefined && Date.parse(own.startedAt) < Date.parse(target.startedAt);
}

async function listedOn(connection: DockerConnection, context: CallContext): Promise<readonly Listed[]> {
  return connection.call(context, {
    what: 'list containers',
    send: (docker, abortSignal) => docker.listContainers({ all: true, abortSignal }),
  });
}

function isHelper({ Labels }: Listed): boolean {
  return Labels[HELPER_LABEL] === PURPOSE;
}

function hasOwnNetwork({ HostConfig: { NetworkMode = '' } }: Listed): boolean {
  return NetworkMode !== 'host' && NetworkMode !== 'none' && !NetworkMode.startsWith('container:');
}

function nameOf([name = '']: readonly string[]): string {
  return name.replace(/^\//, '');
}
