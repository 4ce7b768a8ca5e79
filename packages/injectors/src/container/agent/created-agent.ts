import type { CallContext, DockerConnection } from '../../docker/connection.ts';
import { DockerContainer } from '../docker-container.ts';
import { removeUnstarted } from '../helper-container.ts';
import { callContext } from '../own-engine-container.ts';
import { agentImage } from './agent-image.ts';
import { type AgentTask, agentContainer } from './agent-task.ts';

/** A container for an agent that has not started yet. */
export async function createdAgent(
  connection: DockerConnection,
  task: AgentTask,
  context: CallContext,
): Promise<DockerContainer> {
  const image = await agentImage(connection, context);
  const [{ id }] = await Promise.all([
    connection.call(context, {
      what: `create agent ${task.name}`,
      send: (docker, abortSignal) => docker.createContainer({ ...agentContainer(task, image), abortSignal }),
    }),
    removeUnstarted(connection, task.purpose, context),
  ]);
  return new DockerContainer(connection, id, callContext());
}
