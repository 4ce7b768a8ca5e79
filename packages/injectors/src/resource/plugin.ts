import { ChaosError, definePlugin } from '@bridge/chaos-core';
import * as z from 'zod';
import { Agents } from '../container/agent/agents.ts';
import { HeldAgents } from '../container/agent/held-agents.ts';
import { DockerConnections } from '../docker/connections.ts';
import { fdExhaustion } from './fd-exhaustion.ts';
import { cpuLimit } from './limit/cpu-limit.ts';
import { ioThrottle } from './limit/io-throttle.ts';
import { memoryLimit } from './limit/memory-limit.ts';
import { pidsLimit } from './limit/pids-limit.ts';
import { type ResourcesOptions, resourcesOptions } from './options.ts';
import { connectionExhaustion } from './pressure/connection-exhaustion.ts';
import { cpuStress } from './pressure/cpu-stress.ts';
import { diskFill } from './pressure/disk-fill.ts';
import { memoryStress } from './pressure/memory-stress.ts';
import { processConnectionExhaustion } from './process/connection-exhaustion.ts';
import { processCpuStress } from './process/cpu-stress.ts';
import { processDiskFill } from './process/disk-fill.ts';
import { processFdExhaustion } from './process/fd-exhaustion.ts';
import { processCpuLimit, processIoThrottle, processMemoryLimit, processPidsLimit } from './process/limits.ts';
import { LocalAgent } from './process/local-agent.ts';
import { processMemoryStress } from './process/memory-stress.ts';
import { queueFlood } from './queue/queue-flood.ts';
import { Queues } from './queue/queues.ts';
import { STEP_RIGHTS } from './toolbox.ts';

export type { ResourcesOptions } from './options.ts';
export type { FloodableQueue } from './queue/floodable-queue.ts';
export type { QueueInput } from './queue/queue-options.ts';

/**
 * Faults on what containers live on: CPU, memory, processes, disk, files, connections; pressure beside processes of this
 * machine; and floods of the `queues` that the options name, which are its own targets. The others come from `containers()`, which must name the same hosts, and from `processes()`. Connects when
 * first used.
 *
 * @throws ChaosError `CHAOS_OPTIONS_INVALID` when the options are not what they should be.
 */
export function resources(options: ResourcesOptions = {}) {
  const parsed = resourcesOptions.safeParse(options);
  if (!parsed.success) {
    throw new ChaosError('CHAOS_OPTIONS_INVALID', `options of resources(): ${z.prettifyError(parsed.error)}`);
  }
  const { memoryFloor, diskFloor, ...rest } = parsed.data;
  const connections = new DockerConnections(parsed.data.hosts);
  const agents = new Agents(connections, STEP_RIGHTS);
  const held = new HeldAgents(connections);
  const local = new LocalAgent();
  const queues = new Queues(parsed.data.queues);
  const toolbox = { connections, agents, held, settings: parsed.data };
  return definePlugin({
    name: 'resources',
    module: import.meta.url,
    specifier: '@bridge/chaos-injectors/resources',
    options: { ...rest, memoryFloor: `${memoryFloor}B`, diskFloor: `${diskFloor}B` },
    targets: [queues.source],
    faults: [
      cpuLimit(toolbox),
      cpuStress(toolbox),
      memoryLimit(toolbox),
      memoryStress(toolbox),
      pidsLimit(toolbox),
      ioThrottle(toolbox),
      diskFill(toolbox),
      fdExhaustion(toolbox),
      connectionExhaustion(toolbox),
      processCpuStress(local),
      processMemoryStress(local, memoryFloor),
      queueFlood(queues),
      processCpuLimit(local),
      processMemoryLimit(local),
      processPidsLimit(local),
      processIoThrottle(local),
      processFdExhaustion(local),
      processConnectionExhaustion(local),
      processDiskFill(local, parsed.data),
    ],
    probes: [],
    async close() {
      held.close();
      await queues.close();
      await local.close();
      await agents.close();
      connections.close();
    },
  });
}

export default resources;
