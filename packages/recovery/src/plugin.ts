import { type ChaosPlugin, definePlugin } from '@bridge/chaos-core';
import { command } from './probe/command/command-probe.ts';
import { container } from './probe/container/container-probe.ts';
import { http } from './probe/http/http-probe.ts';
import { tcp } from './probe/tcp/tcp-probe.ts';

type RecoveryPlugin = ChaosPlugin<
  readonly [],
  readonly [],
  readonly [typeof http, typeof tcp, typeof command, typeof container]
>;

/** Registers every probe type of this package, so that experiments written as JSON or YAML can name them. */
export function recovery(): RecoveryPlugin {
  return definePlugin({
    name: 'recovery',
    module: import.meta.url,
    specifier: '@bridge/chaos-recovery',
    options: {},
    targets: [],
    faults: [],
    probes: [http, tcp, command, container],
  });
}

export default recovery;
