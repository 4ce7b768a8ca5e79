import { Duplex, PassThrough } from 'node:stream';
import type Docker from 'dockerode';

/** The standard streams of a container that is about to start. Does not keep this process alive. */
export async function attachedTo(docker: Docker, id: string): Promise<Duplex> {
  const streams = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true };
  const stream = await docker.getContainer(id).attach(streams);
  if (!(stream instanceof Duplex)) throw new Error('expected a two-way stream from the engine');
  // A broken connection means the same as its end.
  stream.on('error', () => stream.destroy());
  stream.once('end', () => stream.destroy());
  const unref: unknown = Reflect.get(stream, 'unref');
  if (typeof unref === 'function') Reflect.apply(unref, stream, []);
  return stream;
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
