import * as z from 'zod';

const line = z.object({
  Action: z.string(),
  timeNano: z.number(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()).default({}) }),
});

/** One container event of the engine. */
export interface DockerEvent {
  readonly id: string;
  /** `die`, `stop`, `health_status`, …, without what some carry behind a colon. */
  readonly action: string;
  /** Nanoseconds since the epoch, as text: it does not fit into a number exactly. */
  readonly time: string;
  /** Identifies the event: the same one comes twice when the stream is resumed. */
  readonly key: string;
}

/** Reads one line of the engine's event stream; undefined for what is no container event. */
export function parseDockerEvent(text: string): DockerEvent | undefined {
  const json = parseJson(text);
  const parsed = line.safeParse(json);
  if (!parsed.success) return undefined;
  const { Action, Actor } = parsed.data;
  const [action = Action] = Action.split(':');
  const time = /"timeNano":(\d+)/.exec(text)?.[1] ?? String(parsed.data.timeNano);
  return { id: Actor.ID, action, time, key: `${time} ${Actor.ID} ${Action}` };
}

/** Milliseconds since the epoch. */
export function eventTime({ time }: DockerEvent): number {
  return Number(BigInt(time) / 1_000n) / 1_000;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not a line of the engine: the caller gets undefined for it.
    return undefined;
  }
}
