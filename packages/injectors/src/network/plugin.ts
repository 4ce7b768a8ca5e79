import { ChaosError, definePlugin } from '@bridge/chaos-core';
import * as z from 'zod';
import { DockerConnections } from '../docker/connections.ts';
import { networkBandwidth } from './fault/bandwidth.ts';
import { networkBlackhole } from './fault/blackhole.ts';
import { networkCorrupt } from './fault/corrupt.ts';
import { networkDisconnect } from './fault/disconnect.ts';
import { networkDns } from './fault/dns.ts';
import { networkDuplicate } from './fault/duplicate.ts';
import { networkLatency } from './fault/latency.ts';
import { networkLoss } from './fault/loss.ts';
import { networkPartition } from './fault/partition.ts';
import { networkRefuse } from './fault/refuse.ts';
import { networkReorder } from './fault/reorder.ts';
import { networkReset } from './fault/reset.ts';
import { Helpers } from './helper/helpers.ts';
import { Kernels } from './kernel/kernels.ts';
import { type NetworkOptions, networkOptions } from './options.ts';

export type { Finding } from './doctor/finding.ts';
export { type NetworkAbility, networkAbilities } from './doctor/network-abilities.ts';
export { type DoctorOptions, networkDoctor } from './doctor/network-doctor.ts';
export type { NetworkOptions } from './options.ts';

/**
 * Faults on the network of containers; the targets come from `containers()`, which must name the same hosts. Connects
 * when first used.
 *
 * @throws ChaosError `CHAOS_OPTIONS_INVALID` when the options are not what they should be.
 */
export function network(options: NetworkOptions = {}) {
  const parsed = networkOptions.safeParse(options);
  if (!parsed.success) {
    throw new ChaosError('CHAOS_OPTIONS_INVALID', `options of network(): ${z.prettifyError(parsed.error)}`);
  }
  const connections = new DockerConnections(parsed.data.hosts);
  const helpers = new Helpers(connections, parsed.data);
  const { groupLabel, paths } = parsed.data;
  const toolbox = { connections, helpers, kernels: new Kernels(helpers), groupLabel, paths };
  return definePlugin({
    name: 'network',
    module: import.meta.url,
    specifier: '@bridge/chaos-injectors/network',
    options: parsed.data,
    targets: [],
    faults: [
      networkLatency(toolbox),
      networkLoss(toolbox),
      networkDuplicate(toolbox),
      networkCorrupt(toolbox),
      networkReorder(toolbox),
      networkBandwidth(toolbox),
      networkPartition(toolbox),
      networkBlackhole(toolbox),
      networkRefuse(toolbox),
      networkReset(toolbox),
      networkDisconnect(toolbox),
      networkDns(toolbox),
    ],
    probes: [],
    async close() {
      await helpers.close();
      connections.close();
    },
  });
}

export default network;
