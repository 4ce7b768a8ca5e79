import { ChaosError, definePlugin } from '@bridge/chaos-core';
import * as z from 'zod';
import { appClockSkew } from './clock/fault.ts';
import { appExit } from './death/exit.ts';
import { appLogSecret } from './death/log-secret.ts';
import { appUncaught } from './death/uncaught.ts';
import { appWorkerCrash } from './death/worker-crash.ts';
import { appDns } from './dns/fault.ts';
import { appFailpoint } from './failpoint/fault.ts';
import { appFailpointSwarm } from './failpoint/swarm.ts';
import { appFetch } from './fetch/fault.ts';
import { appFs } from './fs/fault.ts';
import { appHttpClient } from './http-client/fault.ts';
import { appHttpServer } from './http-server/fault.ts';
import { appOptions } from './options.ts';
import { appCpu } from './resource/cpu.ts';
import { appHeap } from './resource/heap.ts';
import { appSocket } from './socket/fault.ts';
import { appEventLoopStall } from './stall/fault.ts';
import { appSource } from './target.ts';

export { writeCanariesTo } from './death/canary-log.ts';
export { watchWorkers } from './death/workers.ts';
export type { HitFacts } from './failpoint/arming.ts';
export { type Failpoint, type FailpointOptions, failpoint, type Instead } from './failpoint/failpoint.ts';
export { failpoints } from './failpoint/registry.ts';
export { type AcceptMarksOptions, acceptMarks } from './request/header-marks.ts';
export { currentMark, marked } from './request/request-context.ts';
export { type SignMarkOptions, signMark } from './request/signed-mark.ts';
export { watchConnections } from './socket/connections.ts';
export { chaos } from './wrap/chaos.ts';
export type { CallContext, WrapFault, WrapOptions, Wrapped } from './wrap/wrap.ts';

/**
 * Faults inside the very process that runs the engine; the target is `{ app: 'self' }`. They die with the process.
 *
 * @throws ChaosError `CHAOS_OPTIONS_INVALID` when the options are not what they should be.
 */
export function app(options: z.input<typeof appOptions> = {}) {
  const parsed = appOptions.safeParse(options);
  if (!parsed.success) {
    throw new ChaosError('CHAOS_OPTIONS_INVALID', `options of app(): ${z.prettifyError(parsed.error)}`);
  }
  const { patches } = parsed.data;
  return definePlugin({
    name: 'app',
    module: import.meta.url,
    specifier: '@bridge/chaos-injectors/app',
    options: parsed.data,
    targets: [appSource],
    faults: [
      appFetch,
      appHttpClient,
      appHttpServer,
      appSocket,
      appDns(patches.includes('dns')),
      appFs(patches.includes('fs')),
      appClockSkew(patches.includes('clock')),
      appEventLoopStall,
      appCpu,
      appHeap,
      appWorkerCrash,
      appUncaught,
      appExit,
      appLogSecret,
      appFailpoint,
      appFailpointSwarm,
    ],
    probes: [],
  });
}

export default app;
