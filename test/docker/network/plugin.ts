import { definePlugin } from '@bridge/chaos-core';
import { containers } from '@bridge/chaos-injectors';
import { type NetworkOptions, network } from '@bridge/chaos-injectors/network';

/** Targets and faults in one plugin, so that another process can build both from this one module. */
export default function networkWithTargets(options: NetworkOptions = {}) {
  const { targets } = containers();
  const { faults, close } = network(options);
  return definePlugin({
    name: 'network-with-targets',
    module: import.meta.url,
    options,
    targets,
    faults,
    probes: [],
    close: async () => close?.(),
  });
}
