import { isIP } from 'node:net';
import type { Target } from '@bridge/chaos-core';
import * as z from 'zod';
import { addressBytes } from '../../network/peer/address-bytes.ts';
import type { Obstacle } from '../../obstacle.ts';
import { processTree } from '../../process/process-tree.ts';
import type { LocalAgent } from './local-agent.ts';
import { socketsOf } from './own-sockets.ts';
import { processPressure } from './process-pressure.ts';
import { requireSameNamespace } from './same-namespace.ts';

const connections = z.int().min(1).max(60_000);
const port = z.int().min(1).max(65_535);
const params = z.union([
  z.strictObject({
    /** How many connections are held. */
    connections,
    /** One that the process, or one below it, listens on. Default its only one. */
    port: port.optional(),
  }),
  z.strictObject({
    connections,
    port,
    /** IP address of something else that the process depends on. */
    host: z.string().refine((text) => isIP(text) !== 0 && !text.includes('%'), 'expected an IP address'),
  }),
]);
type Given = z.output<typeof params>;

/**
 * `process.connection-exhaustion`: as `resource.connection-exhaustion`, from this machine: to the port that a process of it
 * listens on, or to any host and port.
 */
export function processConnectionExhaustion(agent: LocalAgent) {
  return processPressure(agent, {
    type: 'process.connection-exhaustion',
    params,
    risk: 'high',
    what: 'connections',
    inCgroup: false,
    describe: (given) =>
      `${given.connections} connections held to ${'host' in given ? `${given.host} ` : ''}${
        given.port === undefined ? 'the port it listens on' : `port ${given.port}`
      }`,
    async work(given, target) {
      await requireSameNamespace(target, 'net');
      const place = 'host' in given ? given : await listening(target, given);
      if ('reason' in place) return place;
      const address = addressBytes(place.host).toString('hex');
      return { work: ['connect', address, String(place.port), String(given.connections)], workers: 1, atLeast: 1 };
    },
    measure: async ({ pid }) => (await socketsOf(pid)).filter(({ state }) => state === 'established').length,
    eligible: ({ work }) => Number(work[3]),
  });
}

/** Where a process or one below it listens. */
async function listening(
  target: Target,
  given: Given,
): Promise<{ readonly host: string; readonly port: number } | Obstacle> {
  const tree = await processTree(Number(target.id));
  const sockets = (await Promise.all(tree.map(({ pid }) => socketsOf(pid)))).flat();
  const open = sockets.filter(({ state }) => state === 'listening');
  const ports = [...new Set(open.map((socket) => socket.port))].sort((a, b) => a - b);
  const [only] = ports;
  if (only === undefined) return { reason: 'listens on no TCP port', remedy: 'name a host and a port' };
  if (given.port === undefined && ports.length > 1) {
    return { reason: `listens on the ports ${ports.join(', ')}`, remedy: 'name the port' };
  }
  const chosen = open.find((socket) => socket.port === (given.port ?? only));
  if (chosen === undefined) {
    return { reason: `does not listen on port ${given.port}, but on ${ports.join(', ')}`, remedy: 'name one of them' };
  }
  return { host: reachable(chosen.address), port: chosen.port };
}

/** Every address is bound to by none; the loopback is one of them. */
function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return /^[0:]+$/.test(address) ? '::1' : address;
}
