import { isIP } from 'node:net';
import * as z from 'zod';
import { addressBytes } from '../../network/peer/address-bytes.ts';
import type { ResourceToolbox } from '../toolbox.ts';
import { pressureFault } from './pressure-fault.ts';

const params = z.strictObject({
  /** How many connections are held. */
  connections: z.int().min(1).max(60_000),
  port: z.int().min(1).max(65_535),
  /** IP address as the target sees it. Default 127.0.0.1: the target itself. */
  host: z
    .string()
    .refine((text) => isIP(text) !== 0 && !text.includes('%'), 'expected an IP address')
    .default('127.0.0.1'),
});

/**
 * `resource.connection-exhaustion`: holds so many TCP connections to a host and port, from the target's own network. What
 * the other side ends is opened again. With fewer than asked for, its limit is reached: the counters tell how many are held.
 */
export function connectionExhaustion(toolbox: ResourceToolbox) {
  return pressureFault(toolbox, {
    type: 'resource.connection-exhaustion',
    params,
    risk: 'high',
    what: 'connections',
    capabilities: [],
    inNetwork: true,
    describe: ({ connections, host, port }) => `${connections} connections held to ${host} port ${port}`,
    async work({ connections, host, port }) {
      const work = ['connect', addressBytes(host).toString('hex'), String(port), String(connections)];
      return { work, workers: 1, atLeast: 1, port };
    },
    measure: ({ connections }) => connections,
    counted: (workers, { work }) => ({
      eligible: Number(work[3]),
      injected: workers.reduce((sum, { connections }) => sum + connections, 0),
    }),
  });
}
