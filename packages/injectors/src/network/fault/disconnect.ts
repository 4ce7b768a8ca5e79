import { defineFault, type FaultContext, type Json, type Target } from '@bridge/chaos-core';
import * as z from 'zod';
import { impossible, selectedContainer } from '../../container/container-fault.ts';
import { containerRecord, requireSame } from '../../container/container-record.ts';
import { recordedContainer } from '../../container/docker-container.ts';
import type { DockerConnection } from '../../docker/connection.ts';
import type { DockerConnections } from '../../docker/connections.ts';
import { refusalStatus } from '../../docker/docker-error.ts';
import type { Obstacle } from '../../obstacle.ts';
import { type EndpointFacts, networkFacts } from '../peer/network-facts.ts';
import { givesAddress } from './gives-address.ts';
import { whyNoOwnNetwork } from './own-network.ts';
import type { Toolbox } from './toolbox.ts';

const params = z.strictObject({
  /** Name of the Docker network. Default: the only one it is in. */
  network: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/, 'expected the name of a Docker network')
    .optional(),
  /** `keep` refuses networks where Docker gives no address on request; `any` takes a new one there. Default `keep`. */
  address: z.enum(['keep', 'any']).default('keep'),
});

const undo = containerRecord.extend({
  network: z.string(),
  aliases: z.array(z.string()),
  links: z.array(z.string()),
  driverOptions: z.record(z.string(), z.string()),
  mac: z.string(),
  /** Empty where Docker may choose. */
  ipv4: z.string(),
  ipv6: z.string(),
});
type DisconnectRecord = z.output<typeof undo>;
type Tools = Pick<Toolbox, 'connections' | 'helpers'>;

/**
 * `network.disconnect`: takes the container out of a Docker network and puts it back with its address, aliases and MAC
 * address. Established connections may survive a few seconds of it; published ports are closed meanwhile.
 */
export function networkDisconnect(tools: Tools) {
  const { connections } = tools;
  return defineFault({
    type: 'network.disconnect',
    target: 'container',
    params,
    undo,
    // A restarted container stays out of the network.
    survives: 'host',
    settle: '10s',
    risk: 'high',
    touches: (target, given) => [`container:${target.connection}:${target.id}:network:endpoint:${given.network ?? ''}`],
    describe: (target, given) => `disconnect container ${target.name} from ${given.network ?? 'its network'}`,
    async feasible(target, given, context) {
      const result = await endpointOf(tools, target, given, context);
      return 'reason' in result
        ? { possible: false, ...result }
        : { possible: true, path: 'Docker network disconnect' };
    },
    async prepare(target, given, context) {
      const result = await endpointOf(tools, target, given, context);
      if ('reason' in result) throw impossible(target.name, result.reason, result.remedy);
      return result;
    },
    async inject(_target, _given, record, context) {
      requireSame((await recordedContainer(connections, record, context)).facts, record);
      await unlessDone(record, connections, context, 'out', () =>
        change(connections.get(record.connection), record, context, 'disconnect'),
      );
    },
    async revert(record, context) {
      if ((await placeIn(connections, record, context)) !== 'out') return;
      await unlessDone(record, connections, context, 'in', () =>
        change(connections.get(record.connection), record, context, 'connect'),
      );
    },
    async observe(record, context) {
      const { facts } = await recordedContainer(connections, record, context);
      if (facts === undefined || facts.status === 'removing') return 'gone';
      return (await placeIn(connections, record, context)) === 'out' ? 'present' : 'absent';
    },
    fingerprint: (record, context) => endpointFingerprint(connections, record, context),
  });
}

async function endpointOf(
  { connections, helpers }: Tools,
  target: Target,
  { network: wanted, address }: z.output<typeof params>,
  context: FaultContext,
): Promise<DisconnectRecord | Obstacle> {
  const { record } = await selectedContainer(connections, target, context);
  const connection = connections.get(record.connection);
  const facts = await networkFacts(connection, target.id, context);
  if (facts === undefined) return { reason: 'was removed', remedy: 'select it again' };
  const shared = whyNoOwnNetwork(target.name, facts);
  if (shared !== undefined) return shared;
  const names = Object.keys(facts.networks);
  const name = wanted ?? names[0];
  const endpoint = name === undefined ? undefined : facts.networks[name];
  if (name === undefined || endpoint === undefined || (wanted === undefined && names.length !== 1)) {
    return { reason: `is in the networks ${names.join(', ') || '(none)'}`, remedy: 'name one of them with network' };
  }
  const keeps = await givesAddress({ connection, helpers }, name, endpoint.IPAddress, context);
  if (!keeps && address === 'keep') {
    return {
      reason: `could not get its address back: Docker chooses those of network ${name} itself`,
      remedy: 'make the network with a subnet of your own (compose: ipam.config), or say address: any',
    };
  }
  const { found, ...identity } = record;
  return {
    ...identity,
    network: endpoint.NetworkID,
    aliases: aliasesOf(endpoint, target.id),
    links: [...(endpoint.Links ?? [])],
    driverOptions: { ...(endpoint.DriverOpts ?? {}) },
    mac: keeps ? endpoint.MacAddress : '',
    ipv4: keeps ? endpoint.IPAddress : '',
    ipv6: keeps ? endpoint.GlobalIPv6Address : '',
  };
}

/** The engine adds the short id by itself, every time. */
function aliasesOf({ Aliases }: EndpointFacts, id: string): string[] {
  return [...new Set(Aliases ?? [])].filter((alias) => !id.startsWith(alias)).sort();
}

type Place = 'in' | 'out' | 'ended';

async function placeIn(
  connections: DockerConnections,
  record: DisconnectRecord,
  context: FaultContext,
): Promise<Place> {
  const { facts: container } = await recordedContainer(connections, record, context);
  const facts = await networkFacts(connections.get(record.connection), record.id, context);
  if (container === undefined || facts === undefined) return 'ended';
  return endpointIn(facts.networks, record) === undefined ? 'out' : 'in';
}

function endpointIn(networks: Readonly<Record<string, EndpointFacts>>, { network }: DisconnectRecord) {
  return Object.values(networks).find(({ NetworkID }) => NetworkID === network);
}

/** A refusal counts as success when another undoer, or the last attempt, has brought it there. */
async function unlessDone(
  record: DisconnectRecord,
  connections: DockerConnections,
  context: FaultContext,
  wanted: Place,
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (refusalStatus(error) === undefined || (await placeIn(connections, record, context)) !== wanted) throw error;
  }
}

async function change(
  connection: DockerConnection,
  record: DisconnectRecord,
  context: FaultContext,
  verb: 'connect' | 'disconnect',
): Promise<void> {
  const { id, network, aliases, links, driverOptions, mac, ipv4, ipv6 } = record;
  const EndpointConfig = {
    Aliases: aliases,
    Links: links,
    DriverOpts: driverOptions,
    ...(mac === '' ? {} : { MacAddress: mac }),
    ...(ipv4 === '' && ipv6 === '' ? {} : { IPAMConfig: { IPv4Address: ipv4, IPv6Address: ipv6 } }),
  };
  await connection.call(context, {
    what: `${verb} container ${id.slice(0, 12)} ${verb === 'connect' ? 'to' : 'from'} network ${network.slice(0, 12)}`,
    send: async (docker) => {
      const asked = docker.getNetwork(network);
      if (verb === 'disconnect') await asked.disconnect({ Container: id });
      else await asked.connect({ Container: id, EndpointConfig });
    },
  });
}

async function endpointFingerprint(
  connections: DockerConnections,
  record: DisconnectRecord,
  context: FaultContext,
): Promise<Json> {
  const { facts: container } = await recordedContainer(connections, record, context);
  const facts = await networkFacts(connections.get(record.connection), record.id, context);
  const endpoint = facts === undefined ? undefined : endpointIn(facts.networks, record);
  if (endpoint === undefined) return { connected: false };
  const { ipv4, ipv6, mac } = record;
  const aliases = aliasesOf(endpoint, record.id);
  // A container that stands still has no address now; what it gets is what was asked for.
  if (container?.status === 'stopped') return { connected: true, aliases, ipv4, ipv6, mac };
  const kept = (asked: string, has: string): string => (asked === '' ? '' : has);
  return {
    connected: true,
    aliases,
    ipv4: kept(ipv4, endpoint.IPAddress),
    ipv6: kept(ipv6, endpoint.GlobalIPv6Address),
    mac: kept(mac, endpoint.MacAddress),
  };
}
