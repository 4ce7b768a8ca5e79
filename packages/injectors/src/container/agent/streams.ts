import { Duplex, PassThrough } from 'node:stream';
import type Docker from 'dockerode';

const STREAMS = { stream: true, stdin: true, stdout: true, stderr: true };
const ANSWERS = { 200: true, 404: 'no such container', 409: 'conflict', 500: 'server error' };

/**
 * The standard streams of a container that is about to start. Asks without a body, unlike the client library's own call:
 * Podman hands the body to the container as its first input.
 */
export async function attached(docker: Docker, id: string): Promise<Duplex> {
  const path = `/containers/${id}/attach?`;
  const request = { path, method: 'POST', isStream: true, hijack: true, openStdin: true, statusCodes: ANSWERS };
  const stream = await new Promise<unknown>((resolve, reject) => {
    const take = (error: unknown, answer: unknown): void => (error ? reject(error) : resolve(answer));
    docker.modem.dial({ ...request, options: STREAMS, file: Buffer.alloc(0) }, take);
  });
  if (stream instanceof Duplex) return stream;
  throw new Error('expected a two-way stream from the engine');
}

/** The same, broken connections being their end. Does not keep this process alive. */
export async function attachedTo(docker: Docker, id: string): Promise<Duplex> {
  const stream = await attached(docker, id);
  // A broken connection means the same as its end.
  stream.on('error', () => stream.destroy());
  stream.once('end', () => stream.destroy());
  hold(stream, 'unref');
  return stream;
}

/** Whether an open stream keeps this process alive; without effect on one that has no such switch. */
export function hold(stream: Duplex, verb: 'ref' | 'unref'): void {
  const change: unknown = Reflect.get(stream, verb);
  if (typeof change === 'function') Reflect.apply(change, stream, []);
}

/** What comes out of a two-way stream of the engine, taken apart. */
export function streamsOf(
  docker: Docker,
  stream: Duplex,
): { readonly stdout: PassThrough; readonly stderr: PassThrough } {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  docker.modem.demuxStream(stream, stdout, stderr);
  const finish = (): void => {
    stdout.end();
    stderr.end();
  };
  stream.once('end', finish).once('close', finish).once('error', finish);
  return { stdout, stderr };
}
