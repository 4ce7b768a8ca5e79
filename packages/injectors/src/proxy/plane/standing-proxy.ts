import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@bridge/chaos-core';
import * as z from 'zod';
import { type HttpOptions, httpOptions } from '../control/http-options.ts';
import type { PlaneIdentity } from '../control/protocol.ts';
import { ControlServer } from '../control/server.ts';
import { ownIncarnation } from '../incarnation.ts';
import { enter, leave } from '../registry.ts';
import { DataPlane, type Tenant } from './data-plane.ts';
import { whyNotReissued } from './http/reissued.ts';

const address = z.object({ host: z.string(), port: z.number() });

/** What a data plane is started with; plain JSON, so that it can be handed to a child process. */
export const standingOptions = z.object({
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  group: z.string().optional(),
  listen: address,
  upstream: address,
  seed: z.string(),
  linger: z.number(),
  http: httpOptions.optional(),
  /** Absolute path of the folder where other processes find it. */
  registry: z.string().optional(),
});
export type StandingOptions = z.output<typeof standingOptions>;

/** sockaddr_un holds 108 bytes with the closing zero; longer paths are silently cut. */
const LONGEST_SOCKET_PATH = 107;

/** A data plane with its control socket, in this process. */
export interface StandingProxy {
  readonly identity: PlaneIdentity;
  readonly plane: DataPlane;
  /** Resolves when it has ended and cleaned up behind itself. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** @param tenant owns it from the start; without one it waits for an owner on its control socket */
export async function startStanding(options: StandingOptions, clock: Clock, tenant?: Tenant): Promise<StandingProxy> {
  const plane = await DataPlane.start(options, clock, tenant);
  try {
    return await stand(plane, options, clock);
  } catch (thrown) {
    await plane.close();
    throw thrown;
  }
}

async function stand(plane: DataPlane, options: StandingOptions, clock: Clock): Promise<StandingProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-proxy-'));
  const control = join(folder, 'c');
  if (Buffer.byteLength(control) > LONGEST_SOCKET_PATH) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(
      `expected a socket path of at most ${LONGEST_SOCKET_PATH} bytes, got ${control}; set a shorter TMPDIR`,
    );
  }
  const { name, labels, group, registry, http } = options;
  const fixed = {
    instance: randomBytes(12).toString('hex'),
    name,
    labels,
    control,
    ...(group === undefined ? {} : { group }),
    ...(http === undefined ? {} : { http: describeHttp(http) }),
    startedAt: new Date(clock.wall()).toISOString(),
    process: await ownIncarnation(),
  };
  const identity = (): PlaneIdentity => ({ ...fixed, listen: plane.address, upstream: plane.upstream });
  const server = await ControlServer.listen(control, plane, identity);
  if (registry !== undefined) await enter(registry, identity());
  const closed = plane.closed.then(async () => {
    if (registry !== undefined) await leave(registry, fixed.instance);
    await rm(folder, { recursive: true, force: true });
    // Last, because its end tells the owner that all is done.
    server.close();
  });
  return { identity: identity(), plane, closed, close: () => plane.close().then(() => closed) };
}

function describeHttp({ tls }: HttpOptions): NonNullable<PlaneIdentity['http']> {
  if (tls === undefined) return {};
  const reason = whyNotReissued(tls);
  const { fingerprint256: fingerprint } = new X509Certificate(tls.cert);
  return { tls: { fingerprint, ...(reason === undefined ? {} : { whyNotReissued: reason }) } };
}
