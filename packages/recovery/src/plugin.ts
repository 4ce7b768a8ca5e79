import { type ChaosPlugin, definePlugin } from '@bridge/chaos-core';
import { OWN_LOADS } from './load/own-loads.ts';
import { OWN_PROBES } from './probe/own-probes.ts';

type RecoveryPlugin = ChaosPlugin<readonly [], readonly [], typeof OWN_PROBES> & {
  readonly loads: typeof OWN_LOADS;
};

/** Registers every probe and load type of this package, so that experiments written as JSON or YAML can name them. */
export function recovery(): RecoveryPlugin {
  const plugin = definePlugin({
    name: 'recovery',
    module: import.meta.url,
    specifier: '@bridge/chaos-recovery',
    options: {},
    targets: [],
    faults: [],
    probes: OWN_PROBES,
  });
  return { ...plugin, loads: OWN_LOADS };
}

export default recovery;
