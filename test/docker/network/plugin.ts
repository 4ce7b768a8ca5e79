import { definePlugin } from '@bridge/chaos-core';
import { containers } from '@bridge/chaos-injectors';
import { network } from '@bridge/chaos-injectors/network';

/** Targets and faults in one plugin, so that another process can build both from this one module. */
export default function networkWithTargets() {
  const { targets } = containers();
  const { faults, close } = network();
  return definePlugin({
    name: 'network-with-targets',
    module: import.meta.url,
    options: {},
    targets,
    faults,
    probes: [],
    close: async () => close?.(),
  });
}
