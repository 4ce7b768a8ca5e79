import * as z from 'zod';
import { containerRecord } from '../../container/container-record.ts';
import { type ContainerReach, containerPlace } from './container-place.ts';
import type { FilePlace } from './file-place.ts';
import { hostPlace } from './host-place.ts';

const name = z.string().min(1).max(255);

const hostAddress = z.object({
  in: z.literal('host'),
  folder: z.string(),
  name,
  /** Device and inode of the folder, and the world they were read in. */
  identity: z.string(),
  boot: z.string(),
  container: z.string(),
});
export type HostAddress = z.output<typeof hostAddress>;

const containerAddress = z.object({
  in: z.literal('container'),
  container: containerRecord,
  /** Allowed root, and the folder below it. */
  root: z.string(),
  folder: z.string(),
  name,
});
export type ContainerAddress = z.output<typeof containerAddress>;

/** Where a file is, for an undo record. */
export const address = z.discriminatedUnion('in', [hostAddress, containerAddress]);
export type Address = z.output<typeof address>;

export function placeAt(reach: ContainerReach, where: Address): FilePlace {
  return where.in === 'host' ? hostPlace(where.folder, where.name) : containerPlace(reach, where);
}
