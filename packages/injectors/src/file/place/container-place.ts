import { ChaosError } from '@bridge/chaos-core';
import { AGENT_CODES, type AgentAnswer, type Agents } from '../../container/agent/agents.ts';
import { recordedContainer } from '../../container/docker-container.ts';
import type { CallContext } from '../../docker/connection.ts';
import type { DockerConnections } from '../../docker/connections.ts';
import type { FilePlace } from './file-place.ts';
import { kindOf, type Look, type Stamp } from './look.ts';
import type { ContainerAddress } from './place-record.ts';
import { takeBackByRenames } from './take-back-by-renames.ts';

/** To enter a container's file system and to write what belongs to any user of it. */
export const FILE_RIGHTS = {
  purpose: 'file',
  capabilities: ['SYS_PTRACE', 'DAC_OVERRIDE', 'CHOWN', 'FOWNER', 'FSETID'],
};
/** What every place in a container works with. */
export interface ContainerReach {
  readonly connections: DockerConnections;
  readonly agents: Agents;
}

const KEPT = Array.from({ length: 7 }, () => '-');

/** A name in a folder of a running container, reached by an agent through its root. */
export function containerPlace(reach: ContainerReach, address: ContainerAddress): FilePlace {
  const { connections, agents } = reach;
  const { container, root, folder, name } = address;
  const ask = async (context: CallContext, args: readonly string[], input?: Buffer) => {
    const { facts } = await recordedContainer(connections, container, context);
    // With another start mark the main process is another one; the container's files are the same.
    if (facts === undefined || facts.pid === 0) return undefined;
    const where = [facts.id, String(facts.pid), root, folder, name];
    return agents.run(container.connection, ['file', ...where, ...args], context, input);
  };
  const must = async (context: CallContext, verb: string, args: readonly string[], input?: Buffer) => {
    const answer = await ask(context, args, input);
    if (answer?.code === 0) return answer;
    throw refusal(address, verb, answer);
  };
  const place: FilePlace = {
    async look(context) {
      const answer = await ask(context, ['look']);
      if (answer === undefined) return lookElsewhere(connections, address, context);
      if (answer.code === AGENT_CODES.noFile) return 'nothing';
      if (answer.code === AGENT_CODES.noFolder) return 'gone';
      if (answer.code !== 0) throw refusal(address, 'look at', answer);
      return lookIn(answer.output.toString());
    },
    async read(context, longest) {
      const { output } = await must(context, 'read', ['read', String(longest)]);
      return output.subarray(output.indexOf('\n') + 1);
    },
    async write(context, content, stamping, create) {
      const stamp = stamping === 'as it is' ? KEPT : words(stamping);
      await must(context, 'write', ['write', String(content.length), create ? 'create' : 'keep', ...stamp], content);
    },
    stamp: async (context, stamp) => void (await must(context, 'change', ['stamp', ...words(stamp)])),
    rename: async (context, to) => void (await must(context, 'rename', ['rename', to])),
    takeBack: (context, taking) => takeBackByRenames(place, name, context, taking),
    sibling: (other) => containerPlace(reach, { ...address, name: other }),
    obstacle: async () => undefined,
  };
  return place;
}

/** A container that stands still cannot be entered; one that was removed took its files along. */
async function lookElsewhere(
  connections: DockerConnections,
  address: ContainerAddress,
  context: CallContext,
): Promise<'gone'> {
  const { facts } = await recordedContainer(connections, address.container, context);
  if (facts === undefined || facts.status === 'removing') return 'gone';
  throw refusal(address, 'reach', undefined);
}

function words({ mode, uid, gid, accessed, modified }: Stamp): readonly string[] {
  return [mode, uid, gid, ...accessed.split('.'), ...modified.split('.')].map(String);
}

function lookIn(line: string): Look {
  const [major, minor, inode = '', mode, uid, gid, links, size, aS, aN = '', mS, mN = ''] = line.trim().split(' ');
  return {
    kind: kindOf(Number(mode)),
    identity: `${major}:${minor}:${inode}`,
    mode: Number(mode) & 0o7777,
    uid: Number(uid),
    gid: Number(gid),
    links: Number(links),
    size: Number(size),
    accessed: `${aS}.${aN.padStart(9, '0')}`,
    modified: `${mS}.${mN.padStart(9, '0')}`,
  };
}

function refusal({ container, folder, name }: ContainerAddress, verb: string, answer: AgentAnswer | undefined) {
  const what = `expected to ${verb} ${name} in ${folder} of container ${container.name}`;
  if (answer === undefined) {
    return new ChaosError('CHAOS_TARGET_UNREACHABLE', `${what}, but it does not run; start it`);
  }
  const impossible = answer.code === AGENT_CODES.refused;
  return new ChaosError(
    impossible ? 'CHAOS_FAULT_IMPOSSIBLE' : 'CHAOS_FAULT_FAILED',
    `${what}, got ${answer.complaint || `code ${answer.code}`}; see whether the file system is writable, and whether the engine allows --pid host with SYS_PTRACE`,
  );
}
