import { size } from '@bridge/chaos-core';
import * as z from 'zod';
import { dockerHost } from '../docker/docker-host.ts';
import { allowedRoot } from '../file/options.ts';
import { queueOptions } from './queue/queue-options.ts';

const kept = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text) => size.parse(text));

/** Options of `resources()`: plain JSON, so that the guardian can build the same plugin. */
export const resourcesOptions = z.strictObject({
  /** Docker engines by name; the same as in `containers()`. Default: the one that `docker` itself would use. */
  hosts: z.record(z.string().min(1), dockerHost).optional(),
  /** Memory that stays free on the engine's host, whatever a fault asks for. Default 512 MiB. */
  memoryFloor: kept('512MiB'),
  /** Space that stays free on every file system that is filled and lies on a disk of the host. Default 1 GiB. */
  diskFloor: kept('1GiB'),
  /** Folders of this machine whose file systems `process.disk-fill` may fill. Default none. */
  diskRoots: z.array(allowedRoot).default([]),
  /** Queues by name that may be flooded, and how each is reached. Default none. */
  queues: z.record(z.string().min(1), queueOptions).default({}),
});

export type ResourcesOptions = z.input<typeof resourcesOptions>;
export type ResourcesSettings = z.output<typeof resourcesOptions>;
