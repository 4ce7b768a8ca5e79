import { ChaosError, definePlugin } from '@bridge/chaos-core';
import * as z from 'zod';
import { DockerConnections } from '../docker/connections.ts';
import { FILE_RIGHTS } from '../file/place/container-place.ts';
import { Agents } from './agent/agents.ts';
import { containerClockSkew } from './clock-skew.ts';
import { containerGuardian } from './container-guardian.ts';
import { containerSource } from './container-source.ts';
import { containerCrash } from './crash.ts';
import { containerExec } from './exec.ts';
import { containerKill } from './kill.ts';
import { type ContainersOptions, containersOptions } from './options.ts';
import { containerPause } from './pause.ts';
import { containerRemove } from './remove.ts';
import { containerRestart } from './restart.ts';
import { containerStop } from './stop.ts';

/**
 * Containers of one or more Docker engines as targets, and the faults on their life. Connects when first used.
 *
 * @throws ChaosError `CHAOS_OPTIONS_INVALID` when the options are not what they should be.
 */
export function containers(options: ContainersOptions = {}) {
  const parsed = containersOptions.safeParse(options);
  if (!parsed.success) {
    throw new ChaosError('CHAOS_OPTIONS_INVALID', `options of containers(): ${z.prettifyError(parsed.error)}`);
  }
  const connections = new DockerConnections(parsed.data.hosts);
  const agents = new Agents(connections, FILE_RIGHTS);
  return definePlugin({
    name: 'containers',
    module: import.meta.url,
    specifier: '@bridge/chaos-injectors/containers',
    options: parsed.data,
    targets: [containerSource(connections, parsed.data)],
    faults: [
      containerPause(connections),
      containerKill(connections),
      containerCrash(connections, parsed.data.helperImage),
      containerStop(connections),
      containerRestart(connections),
      containerRemove(connections),
      containerExec(connections),
      containerClockSkew({ connections, agents }),
    ],
    probes: [],
    guardian: containerGuardian(connections),
    async close() {
      await agents.close();
      connections.close();
    },
  });
}

export default containers;
