import { command } from './command/command-probe.ts';
import { container } from './container/container-probe.ts';
import { dns } from './dns/dns-probe.ts';
import { file } from './file/file-probe.ts';
import { http } from './http/http-probe.ts';
import { postgres } from './postgres/postgres-probe.ts';
import { processProbe } from './process/process-probe.ts';
import { prometheus } from './prometheus/prometheus-probe.ts';
import { redis } from './redis/redis-probe.ts';
import { signal } from './signal/signal-probe.ts';
import { tcp } from './tcp/tcp-probe.ts';

/** Every probe type of this package; `metric()` makes more. */
export const OWN_PROBES = [
  http,
  tcp,
  dns,
  command,
  container,
  processProbe,
  postgres,
  redis,
  prometheus,
  file,
  signal,
] as const;
