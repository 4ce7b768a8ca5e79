import * as z from 'zod';
import { dockerHost } from '../docker/docker-host.ts';

/** Options of `network()`: plain JSON, so that the guardian can build the same plugin. */
export const networkOptions = z.strictObject({
  /** Docker engines by name; the same as in `containers()`. Default: the one that `docker` itself would use. */
  hosts: z.record(z.string().min(1), dockerHost).optional(),
  /** Label whose value is a container's group, for peers by group; the same as in `containers()`. */
  groupLabel: z.string().min(1).default('bridge.chaos.group'),
  /**
   * Image with busybox, iptables (`xtables-nft-multi` or `xtables-legacy-multi`) and `tc` for helper containers.
   * Default: made on the spot from this machine's programs, else built from `helperBase` with a registry.
   */
  helperImage: z.string().min(1).optional(),
  /** Alpine image that the helper image is built from where this machine lacks the programs. */
  helperBase: z.string().min(1).default('alpine:3.22'),
});

export type NetworkOptions = z.input<typeof networkOptions>;
export type NetworkSettings = z.output<typeof networkOptions>;
