import { ChaosError, definePlugin } from '@bridge/chaos-core';
import * as z from 'zod';
import { processKill } from './kill.ts';
import { processesOptions } from './options.ts';
import { processPause } from './pause.ts';
import { processSource } from './process-source.ts';
import { processSignal } from './signal.ts';

/**
 * Processes of this machine (Linux) as targets, and the faults on their life. In a container it sees the container's
 * processes, or the host's with `--pid host`.
 *
 * @throws ChaosError `CHAOS_OPTIONS_INVALID` when the options are not what they should be.
 */
export function processes(options: z.input<typeof processesOptions> = {}) {
  const parsed = processesOptions.safeParse(options);
  if (!parsed.success) {
    throw new ChaosError('CHAOS_OPTIONS_INVALID', `options of processes(): ${z.prettifyError(parsed.error)}`);
  }
  return definePlugin({
    name: 'processes',
    module: import.meta.url,
    specifier: '@bridge/chaos-injectors/processes',
    options: parsed.data,
    targets: [processSource(parsed.data)],
    faults: [processPause, processKill, processSignal],
    probes: [],
  });
}

export default processes;
