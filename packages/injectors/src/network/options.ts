import * as z from 'zod';
import { dockerHost } from '../docker/docker-host.ts';
import { PATHS } from './kernel/ways.ts';

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
  /**
   * The ways that packets and connections may be treated, of those that the kernel offers; which of them is taken is
   * decided by the kernel and the fault, not by their order here. Faults that are plain rules of iptables need none.
   * Default: all.
   */
  paths: z
    .array(z.enum(PATHS))
    .min(1)
    .refine((paths) => new Set(paths).size === paths.length, { error: 'expected each path once' })
    .default([...PATHS]),
});

export type NetworkOptions = z.input<typeof networkOptions>;
export type NetworkSettings = z.output<typeof networkOptions>;
