import { once } from 'node:events';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import * as z from 'zod';

const inspected = z.object({ State: z.object({ Status: z.string() }) });

const socketPath = (process.env['DOCKER_HOST'] ?? '').replace('unix://', '');

/** A container's status by a plain HTTP request: no client library, and no process to start for each look. */
export async function containerStatus(id: string): Promise<string> {
  const asking = request({ socketPath, path: `/containers/${id}/json` }).end();
  const [response] = await once(asking, 'response');
  return inspected.parse(await json(response)).State.Status;
}

/** SIGKILL, as `docker kill` does, without a client to start first. */
export async function killContainer(id: string): Promise<void> {
  const asking = request({ socketPath, path: `/containers/${id}/kill`, method: 'POST' }).end();
  const [response] = await once(asking, 'response');
  response.resume();
}
