import * as z from 'zod';
import { dockerHost } from '../docker/docker-host.ts';

/** Options of `containers()`: plain JSON, so that the guardian can build the same plugin. */
export const containersOptions = z.strictObject({
  /** Docker engines by name. Without it the one that `docker` itself would use, under the name `default`. */
  hosts: z.record(z.string().min(1), dockerHost).optional(),
  /** Label whose value is a container's blast-radius group. Default `bridge.chaos.group`, else compose `project/service`. */
  groupLabel: z.string().min(1).default('bridge.chaos.group'),
  /**
   * Image with `/bin/busybox` for helper containers, where one is needed. Default: made on the spot from this machine's
   * static busybox, else `busybox:stable`.
   */
  helperImage: z.string().min(1).optional(),
});

export type ContainersOptions = z.input<typeof containersOptions>;
