import { http } from '../probe/http/http-probe.ts';
import { tcp } from '../probe/tcp/tcp-probe.ts';
import { probeLoad } from './probe-load.ts';

/** Every load type of this package: named after the probe whose requests it sends. */
export const OWN_LOADS = [probeLoad(http), probeLoad(tcp)] as const;
