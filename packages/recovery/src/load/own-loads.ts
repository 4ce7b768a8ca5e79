import { dns } from '../probe/dns/dns-probe.ts';
import { http } from '../probe/http/http-probe.ts';
import { postgres } from '../probe/postgres/postgres-probe.ts';
import { redis } from '../probe/redis/redis-probe.ts';
import { tcp } from '../probe/tcp/tcp-probe.ts';
import { probeLoad } from './probe-load.ts';

/** Every load type of this package: named after the probe whose requests it sends. */
export const OWN_LOADS = [
  probeLoad(http),
  probeLoad(tcp),
  probeLoad(dns),
  probeLoad(postgres),
  probeLoad(redis),
] as const;
