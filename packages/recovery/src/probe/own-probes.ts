import { command } from './command/command-probe.ts';
import { container } from './container/container-probe.ts';
import { http } from './http/http-probe.ts';
import { tcp } from './tcp/tcp-probe.ts';

/** Every probe type of this package. */
export const OWN_PROBES = [http, tcp, command, container] as const;
