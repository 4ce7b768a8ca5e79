import type { DockerConnections } from '../../docker/connections.ts';
import type { Helpers } from '../helper/helpers.ts';
import type { Kernels } from '../kernel/kernels.ts';
import type { Path } from '../kernel/ways.ts';

/** What every network fault of one plugin works with. */
export interface Toolbox {
  readonly connections: DockerConnections;
  readonly helpers: Helpers;
  readonly kernels: Kernels;
  /** Label whose value is a container's group. */
  readonly groupLabel: string;
  /** The ways that faults may take. */
  readonly paths: readonly Path[];
}
