import { definePlugin } from '@bridge/chaos-core';
import { containers, resources } from '@bridge/chaos-injectors';

/** Targets and faults in one plugin, so that another process can build both from this one module. */
export default function resourcesWithTargets() {
  const { targets } = containers();
  const { faults, close } = resources({ memoryFloor: '64MiB', diskFloor: '256MiB' });
  return definePlugin({
    name: 'resources-with-targets',
    module: import.meta.url,
    options: {},
    targets,
    faults,
    probes: [],
    close: async () => close?.(),
  });
}
