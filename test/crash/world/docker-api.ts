import { once } from 'node:events';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import * as z from 'zod';

const inspected = z.object({ State: z.object({ Status: z.string() }) });

/** A container's status by a plain HTTP request: no client library, and no process to start for each look. */
export async function containerStatus(id: string): Promise<string> {
  const socketPath = (process.env['DOCKER_HOST'] ?? '').replace('unix://', '');
  const asking = request({ socketPath, path: `/containers/${id}/json` }).end();
  const [response] = await once(asking, 'response');
  return inspected.parse(await json(response)).State.Status;
}
