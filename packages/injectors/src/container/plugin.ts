import { ChaosError, definePlugin } from '@bridge/chaos-core';
import * as z from 'zod';
import { DockerConnections } from '../docker/connections.ts';
import { containerGuardian } from './container-guardian.ts';
import { containerSource } from './container-source.ts';
import { containerCrash } from './crash.ts';
import { containerKill } from './kill.ts';
import { type ContainersOptions, containersOptions } from './options.ts';
import { containerPause } from './pause.ts';
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
    ],
    probes: [],
    guardian: containerGuardian(connections),
    close: async () => connections.close(),
  });
}

export default containers;
