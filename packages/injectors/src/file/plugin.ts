import { ChaosError, definePlugin } from '@bridge/chaos-core';
import * as z from 'zod';
import { Agents } from '../container/agent/agents.ts';
import { DockerConnections } from '../docker/connections.ts';
import { fileAppend } from './fault/append.ts';
import { fileCorrupt } from './fault/corrupt.ts';
import { fileEdit } from './fault/edit.ts';
import { fileHide } from './fault/hide.ts';
import { filePermission } from './fault/permission.ts';
import { fileReplace } from './fault/replace.ts';
import { fileTruncate } from './fault/truncate.ts';
import { fileSource } from './file-source.ts';
import { type FilesOptions, filesOptions } from './options.ts';
import { FILE_RIGHTS } from './place/container-place.ts';

export type { FilesOptions } from './options.ts';

/**
 * Files and folders, of this machine and inside containers, as targets, and the faults on them. Only below the folders that
 * the options name. Connects to Docker when a file of a container is first used.
 *
 * @throws ChaosError `CHAOS_OPTIONS_INVALID` when the options are not what they should be.
 */
export function files(options: FilesOptions = {}) {
  const parsed = filesOptions.safeParse(options);
  if (!parsed.success) {
    throw new ChaosError('CHAOS_OPTIONS_INVALID', `options of files(): ${z.prettifyError(parsed.error)}`);
  }
  const connections = new DockerConnections(parsed.data.hosts);
  const agents = new Agents(connections, FILE_RIGHTS);
  const toolbox = { connections, agents, settings: parsed.data };
  return definePlugin({
    name: 'files',
    module: import.meta.url,
    specifier: '@bridge/chaos-injectors/files',
    options: { ...parsed.data, largest: `${parsed.data.largest}B` },
    targets: [fileSource(toolbox)],
    faults: [
      fileCorrupt(toolbox),
      fileReplace(toolbox),
      fileEdit(toolbox),
      fileTruncate(toolbox),
      fileHide(toolbox),
      filePermission(toolbox),
      fileAppend(toolbox),
    ],
    probes: [],
    async close() {
      await agents.close();
      connections.close();
    },
  });
}

export default files;
