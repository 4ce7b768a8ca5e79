import { tmpdir } from 'node:os';
import { definePlugin } from '@bridge/chaos-core';
import { processes, resources } from '@bridge/chaos-injectors';

/** Targets and faults in one plugin, so that another process can build both from this one module. */
export default function processResources() {
  const { targets } = processes();
  const { faults, close } = resources({ memoryFloor: '64MiB', diskFloor: '256MiB', diskRoots: [tmpdir()] });
  return definePlugin({
    name: 'process-resources',
    module: import.meta.url,
    options: {},
    targets,
    faults,
    probes: [],
    close: async () => close?.(),
  });
}
