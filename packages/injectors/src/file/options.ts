import { isAbsolute, normalize } from 'node:path';
import { size } from '@bridge/chaos-core';
import * as z from 'zod';
import { dockerHost } from '../docker/docker-host.ts';

/** A folder below which something may be broken. */
export const allowedRoot = z
  .string()
  .max(4000)
  .refine((path) => isAbsolute(path) && normalize(path).replace(/(?<=.)\/$/, '') === path && !path.includes('\0'), {
    error: 'expected an absolute path without "..", "//" and a slash at its end',
  });

/** Options of `files()`: plain JSON, so that the guardian can build the same plugin. */
export const filesOptions = z.strictObject({
  /** Folders of this machine in which files may be broken. Nothing outside of them is touched. Default none. */
  roots: z.array(allowedRoot).default([]),
  /** Folders in which files of containers may be broken, as the container sees them. Default none. */
  containerRoots: z.array(allowedRoot).default([]),
  /** Largest file whose content may be changed: its bytes are kept in the journal. Default 16 MiB, at most 64 MiB. */
  largest: z
    .string()
    .optional()
    .transform((text) => size.parse(text ?? '16MiB'))
    .refine((bytes) => bytes <= 64 * 2 ** 20, { error: 'expected at most 64MiB' }),
  /** Docker engines by name; the same as in `containers()`. Default: the one that `docker` itself would use. */
  hosts: z.record(z.string().min(1), dockerHost).optional(),
  /** Label whose value is a container's blast-radius group; the same as in `containers()`. */
  groupLabel: z.string().min(1).default('bridge.chaos.group'),
});

export type FilesOptions = z.input<typeof filesOptions>;
export type FilesSettings = z.output<typeof filesOptions>;
