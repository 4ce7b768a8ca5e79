import { gunzipSync } from 'node:zlib';
import { ChaosError } from '@bridge/chaos-core';
import type { CallContext, DockerConnection } from '../../docker/connection.ts';
import { importedImage, OWN_IMAGES } from '../helper-image.ts';
import { AGENT_PROGRAMS } from './agent-program.ts';

const REPOSITORY = `${OWN_IMAGES}/agent`;

/** Where the agent stands in its image. */
export const AGENT = '/chaos/agent';

/** The agent for an architecture as Go names it, or undefined. */
export function agentProgram(architecture: string): Buffer | undefined {
  const program = AGENT_PROGRAMS[architecture];
  return program === undefined ? undefined : gunzipSync(Buffer.from(program, 'base64'));
}

/** An image with the agent and nothing else on that engine, imported once; needs no registry. */
export async function agentImage(connection: DockerConnection, context: CallContext): Promise<string> {
  const { architecture } = await connection.facts(context);
  const program = agentProgram(architecture);
  if (program === undefined) {
    throw new ChaosError(
      'CHAOS_FAULT_IMPOSSIBLE',
      `expected an engine on amd64 or arm64, got ${architecture} on "${connection.name}"; choose another host`,
    );
  }
  const folders = ['chaos/', 'proc/', 'sys/', 'dev/', 'tmp/', 'etc/'].map((path) => ({ path }));
  return importedImage(connection, REPOSITORY, [...folders, { path: AGENT.slice(1), content: program }], context);
}
