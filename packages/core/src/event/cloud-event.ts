import * as z from 'zod';
import { ChaosError } from '../errors.ts';
import type { Json, JsonObject } from '../json.ts';
import { onDemand } from '../on-demand.ts';
import type { ChaosEvent, ChaosEventType } from './chaos-events.ts';

/** Every CloudEvents `type` is this followed by the event's own name: `bridge.chaos.fault:effective`. */
const TYPE_PREFIX = 'bridge.chaos.';
/** Every CloudEvents `source` is this followed by the percent-encoded node. */
const SOURCE_PREFIX = '/bridge/chaos/';
/** `sequence` must order as text (CloudEvents sequence extension), so it has a fixed width. */
const SEQUENCE_WIDTH = 16;

/**
 * An event in the JSON format of CloudEvents 1.0. `sequence` is the official extension; `monotonic` and `runid` are our
 * own. Attribute names are lower-case letters and digits, attribute values are strings, as the specification wants it.
 */
export interface CloudEvent<Data = JsonObject> {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly sequence: string;
  readonly monotonic: string;
  readonly runid?: string;
  readonly data: Data;
}

/** An event that came over a wire: its type is any text. */
export interface ForeignEvent extends Omit<ChaosEvent, 'type' | 'data'> {
  readonly type: string;
  readonly data: JsonObject;
}

export function toCloudEvent<Type extends ChaosEventType>(
  event: ChaosEvent<Type>,
): CloudEvent<ChaosEvent<Type>['data']> {
  const { id, type, time, monotonic, sequence, node, runId, data } = event;
  return {
    specversion: '1.0',
    id,
    source: SOURCE_PREFIX + encodeURIComponent(node.toWellFormed()),
    type: TYPE_PREFIX + type,
    time,
    datacontenttype: 'application/json',
    sequence: String(sequence).padStart(SEQUENCE_WIDTH, '0'),
    monotonic: String(monotonic),
    ...(runId === undefined ? {} : { runid: runId }),
    data,
  };
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

const cloudEvent = onDemand(() => {
  const json: z.ZodType<Json> = z.json();
  return z.object({
    specversion: z.literal('1.0'),
    id: z.string().min(1),
    source: z.string().startsWith(SOURCE_PREFIX).refine(isPercentEncoded, 'expected percent-encoded UTF-8'),
    type: z.string().startsWith(TYPE_PREFIX),
    time: z.iso.datetime({ offset: true }),
    datacontenttype: z.literal('application/json').optional(),
    sequence: z.string().regex(/^\d{1,16}$/),
    monotonic: z.string().refine((text) => Number.isFinite(Number.parseFloat(text)), 'expected a number as text'),
    runid: z.string().min(1).optional(),
    data: z.record(z.string(), json),
  });
});

/** The inverse of {@link toCloudEvent}. Throws `CHAOS_EVENT_INVALID` with the path for anything else. */
export function fromCloudEvent(input: unknown): ForeignEvent {
  const parsed = cloudEvent().safeParse(input);
  if (!parsed.success) {
    throw new ChaosError('CHAOS_EVENT_INVALID', `expected a CloudEvent of this SDK: ${z.prettifyError(parsed.error)}`, {
      cause: parsed.error,
    });
  }
  const { id, source, type, time, sequence, monotonic, runid, data } = parsed.data;
  return {
    id,
    type: type.slice(TYPE_PREFIX.length),
    time,
    monotonic: Number.parseFloat(monotonic),
    sequence: Number(sequence),
    node: decodeURIComponent(source.slice(SOURCE_PREFIX.length)),
    ...(runid === undefined ? {} : { runId: runid }),
    data,
  };
}
