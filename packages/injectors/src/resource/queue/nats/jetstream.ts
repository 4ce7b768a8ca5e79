import { ChaosError } from '@bridge/chaos-core';
import * as z from 'zod';
import type { NatsAnswer, NatsMessage } from './nats-client.ts';

export type Ask = (message: NatsMessage, signal: AbortSignal) => Promise<NatsAnswer>;

const failure = z.object({ error: z.object({ code: z.int(), description: z.string().default('no reason') }) });
const streamNames = z.object({ streams: z.array(z.string()).nullish() });
const streamInfo = z.object({
  config: z.object({
    max_msgs: z.number().default(-1),
    max_bytes: z.number().default(-1),
    max_msgs_per_subject: z.number().default(-1),
    discard: z.string().default('old'),
  }),
  state: z.object({ messages: z.int(), bytes: z.int(), first_seq: z.int(), last_seq: z.int() }),
});
export type StreamInfo = z.output<typeof streamInfo>;
const stored = z.object({ message: z.object({ seq: z.int(), hdrs: z.string().default('') }) });
const kept = z.object({ seq: z.int() });

const NOT_FOUND = 404;

/** The streams that keep what is published to a subject; none where the server keeps nothing. */
export async function streamsOf(subject: string, ask: Ask, signal: AbortSignal): Promise<readonly string[]> {
  const { status, payload } = await ask(api('STREAM.NAMES', { subject }), signal);
  if (status !== undefined) return [];
  const answer: unknown = JSON.parse(payload);
  return failure.safeParse(answer).success ? [] : (streamNames.parse(answer).streams ?? []);
}

export async function streamInfoOf(stream: string, ask: Ask, signal: AbortSignal): Promise<StreamInfo> {
  return streamInfo.parse(await answered(api(`STREAM.INFO.${stream}`, {}), ask, signal));
}

/** Puts one message in; resolves once the stream has it. */
export async function store(message: NatsMessage, ask: Ask, signal: AbortSignal): Promise<void> {
  kept.parse(await answered(message, ask, signal));
}

/** The id that the message at this place was stored with, or undefined when there is none any more. */
export async function storedId(stream: string, seq: number, ask: Ask, signal: AbortSignal) {
  const answer = await answered(api(`STREAM.MSG.GET.${stream}`, { seq }), ask, signal);
  const found = stored.safeParse(answer);
  if (!found.success) return undefined;
  const headers = Buffer.from(found.data.message.hdrs, 'base64').toString('utf8');
  return /^Nats-Msg-Id: *(\S+)\r?$/m.exec(headers)?.[1];
}

/** Deletes one message; one that is there no more is fine. */
export async function deleteStored(stream: string, seq: number, ask: Ask, signal: AbortSignal): Promise<void> {
  try {
    await answered(api(`STREAM.MSG.DELETE.${stream}`, { seq, no_erase: true }), ask, signal);
  } catch (error) {
    // Servers differ in what they call a message that a worker has taken in between.
    if ((await storedId(stream, seq, ask, signal)) !== undefined) throw error;
  }
}

function api(verb: string, content: object): NatsMessage {
  return { subject: `$JS.API.${verb}`, payload: JSON.stringify(content) };
}

/** What it answered; undefined where it knows no such message. */
async function answered(message: NatsMessage, ask: Ask, signal: AbortSignal): Promise<unknown> {
  const { status, payload } = await ask(message, signal);
  if (status !== undefined) throw refused(message, `status ${status}: nobody answers there`);
  const answer: unknown = JSON.parse(payload);
  const failed = failure.safeParse(answer);
  if (!failed.success) return answer;
  const { code, description } = failed.data.error;
  if (code === NOT_FOUND && message.subject.startsWith('$JS.API.STREAM.MSG.')) return undefined;
  throw refused(message, description);
}

function refused({ subject }: NatsMessage, reason: string): ChaosError {
  return new ChaosError('CHAOS_FAULT_FAILED', `expected NATS to take ${subject}, got ${reason}`);
}
