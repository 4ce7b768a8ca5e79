import type { FilesSettings } from './options.ts';
import type { ContainerReach } from './place/container-place.ts';

/** What every file fault of one plugin works with. */
export interface FileToolbox extends ContainerReach {
  readonly settings: FilesSettings;
}
