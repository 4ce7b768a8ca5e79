import type { DockerConnections } from '../docker/connections.ts';
import type { FilesSettings } from './options.ts';

/** What every file fault of one plugin works with. */
export interface FileToolbox {
  readonly connections: DockerConnections;
  readonly settings: FilesSettings;
}
