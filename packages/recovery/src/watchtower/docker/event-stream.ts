import type Docker from 'dockerode';
import { type DockerEvent, parseDockerEvent } from './docker-event.ts';
import type { EventCursor } from './event-cursor.ts';

const EVENTS = ['start', 'die', 'stop', 'health_status', 'pause', 'unpause', 'destroy', 'rename', 'restart'];

/**
 * Reads container events from the cursor on until the stream ends or breaks; rejects when it cannot be opened.
 * `opened` is called when the engine has accepted the subscription: from then on nothing is missed.
 */
export async function readEvents(
  docker: Docker,
  cursor: EventCursor,
  {
    label,
    opened,
    event,
    signal,
  }: { readonly label: string; opened(): void; event(event: DockerEvent): void; signal: AbortSignal },
): Promise<void> {
  cursor.resume();
  const stream = await docker.getEvents({
    since: cursor.since,
    filters: { type: ['container'], event: EVENTS, label: [label] },
    abortSignal: signal,
  });
  opened();
  for await (const line of linesOf(stream)) {
    const parsed = parseDockerEvent(line);
    if (parsed !== undefined && cursor.accept(parsed)) event(parsed);
  }
}

/** Of what the engine wrote last only whole lines count: half an event is told again after the next connection. */
async function* linesOf(stream: NodeJS.ReadableStream): AsyncIterable<string> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
