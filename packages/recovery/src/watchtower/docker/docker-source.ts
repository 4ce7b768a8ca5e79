import { ChaosError, deadline, messageOf } from '@bridge/chaos-core';
import type Docker from 'dockerode';
import { connectDocker } from '../../probe/container/docker-connection.ts';
import { codeOf } from '../../probe/network-failure.ts';
import type { WatchContext, WatchListener, WatchSource } from '../watch-source.ts';
import type { Sighting } from '../watched-target.ts';
import { containerSighting } from './container-sighting.ts';
import { eventTime } from './docker-event.ts';
import { RECOVER_LABEL } from './docker-labels.ts';
import { EngineTime } from './engine-time.ts';
import { EventCursor } from './event-cursor.ts';
import { readEvents } from './event-stream.ts';
import { PurposeMemory } from './purpose-memory.ts';
import { ReconnectDelays } from './reconnect-delays.ts';

export interface DockerSourceOptions {
  /** Engine as DOCKER_HOST names it. Default: DOCKER_HOST, then the local socket. */
  readonly host?: string;
  /** Label that opts a container in; its value is the restart rule. Default `bridge.chaos.recover`. */
  readonly label?: string;
}

/** Events are asked for from so long before the start on, to know what was stopped on purpose. */
const PAST = 600_000;
const ANSWER = 10_000;
/** What a start may take beside the time a stop is given. */
const START = 15_000;

interface Following {
  readonly label: string;
  readonly purpose: PurposeMemory;
  readonly time: EngineTime;
}

/** Watches the labelled containers of one Docker engine through its event stream. */
export function dockerSource({ host, label = RECOVER_LABEL }: DockerSourceOptions = {}): WatchSource {
  const purpose = new PurposeMemory();
  const time = new EngineTime();
  let client: Promise<Docker> | undefined;
  const docker = (): Promise<Docker> => {
    client ??= connectDocker(host);
    return client;
  };
  const look = async (id: string, context: WatchContext): Promise<Sighting | undefined> => {
    using limit = deadline(context.clock, ANSWER, context.signal);
    try {
      const found = await (await docker()).getContainer(id).inspect({ abortSignal: limit.signal });
      return containerSighting(found, { label, wall: time.now, onPurpose: purpose.stopped(id) });
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  };
  return {
    kind: 'container',
    look,
    watch: async (listener, context) => follow(await docker(), { label, purpose, time }, listener, context),
    async list(context) {
      using limit = deadline(context.clock, ANSWER, context.signal);
      const query = { all: true, filters: { label: [label] }, abortSignal: limit.signal };
      const found = await (await docker()).listContainers(query);
      const sightings = await Promise.all(found.map(({ Id }) => look(Id, context)));
      return sightings.filter((sighting) => sighting !== undefined);
    },
    restart: async (sighting, context) => restart(await docker(), sighting, context),
  };
}

/** Subscribes, again and again, from where the stream broke off. */
async function follow(
  docker: Docker,
  { label, purpose, time }: Following,
  listener: WatchListener,
  { signal, clock }: WatchContext,
): Promise<void> {
  const delays = new ReconnectDelays();
  let cursor: EventCursor | undefined;
  while (!signal.aborted) {
    const failure = await subscribe().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (signal.aborted) return;
    // Engines that shut down stop their containers first: that is nobody's wish about the containers.
    purpose.forgetSince(time.now - PurposeMemory.SHUTDOWN);
    listener.disconnected(failure === undefined ? 'the event stream ended' : messageOf(failure), remedyFor(failure));
    await clock.sleep(delays.next(), { signal, ref: false }).catch(() => {});
  }

  async function subscribe(): Promise<void> {
    await time.read(docker, clock, signal);
    const connectedAt = time.now;
    const events = cursor ?? new EventCursor(connectedAt - PAST);
    const isResumed = cursor !== undefined;
    cursor = events;
    await readEvents(docker, events, {
      label,
      signal,
      opened: () => {
        delays.succeeded();
        listener.connected();
      },
      event: (event) => {
        // An engine that starts again ends what its former life left running, before it takes calls.
        const own = isResumed && events.isNewLife && eventTime(event) < connectedAt;
        if (!own || event.action !== 'stop') purpose.heard(event);
        listener.changed(event.id, clock.wall() - Math.max(0, time.now - eventTime(event)));
      },
    });
  }
}

/** What stopped is only started, so that nothing which somebody else has started meanwhile is stopped again. */
async function restart(docker: Docker, { target, condition }: Sighting, context: WatchContext): Promise<void> {
  const container = docker.getContainer(target.id);
  using limit = deadline(context.clock, target.stopTimeout + START, context.signal);
  const abortSignal = limit.signal;
  try {
    if (condition.is === 'stopped') await container.start({ abortSignal });
    else await container.restart({ t: Math.ceil(target.stopTimeout / 1_000), abortSignal });
  } catch (cause) {
    // Not modified: it runs already.
    if (statusOf(cause) === 304) return;
    const message = `expected container ${target.name} (${target.id.slice(0, 12)}) to start, got ${messageOf(cause)}`;
    throw new ChaosError('CHAOS_RESTART_FAILED', message, { cause });
  }
}

function statusOf(error: unknown): unknown {
  return error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
}

function remedyFor(error: unknown): string {
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM') return 'let this user open the socket (often the group "docker")';
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'start Docker, or name its socket with DOCKER_HOST';
  return 'check that the engine runs; it is asked again';
}
