import * as z from 'zod';
import type { ConnectionFaultOrder } from '../proxy/control/fault-order.ts';
import { parseWith } from './api/body.ts';

type Addressing = 'id' | 'seed' | 'direction' | 'scope' | 'perConnection';
/** What a toxic does to a connection; undefined is nothing. */
export type Behaviour =
  | {
      [Kind in ConnectionFaultOrder['kind']]: Omit<Extract<ConnectionFaultOrder, { kind: Kind }>, Addressing>;
    }[ConnectionFaultOrder['kind']]
  | undefined;

/** Attributes of a toxic, all of them, as clients see them. */
export type Attributes = Readonly<Record<string, number>>;

interface Read {
  readonly attributes: Attributes;
  readonly behaviour: Behaviour;
}

/** Reads what a client sent; an `ApiError` 400 says what is wrong with it. */
type ToxicKind = (given: object) => Read;

function kind<Schema extends z.ZodType<Attributes>>(
  schema: Schema,
  behaviourOf: (attributes: z.output<Schema>) => Behaviour,
): ToxicKind {
  return (given) => {
    const attributes = parseWith(schema, given);
    return { attributes, behaviour: behaviourOf(attributes) };
  };
}

/** Whole and not negative, 0 when it is not given: larger ones and others would be undefined behaviour. */
const count = z.int().min(0).default(0);

const CLOSE_NEVER = 0;
const MICROSECONDS = 1_000;
/** Toxiproxy's KB. */
const KB = 1_000;

const closing = (timeout: number): { closeAfter?: number } => (timeout === CLOSE_NEVER ? {} : { closeAfter: timeout });

/** Every type of toxic (Toxiproxy 2.12) as a fault of our data plane. Milliseconds unless said otherwise. */
export const TOXIC_KINDS: ReadonlyMap<string, ToxicKind> = new Map<string, ToxicKind>([
  [
    'latency',
    kind(z.object({ latency: count, jitter: count }), ({ latency, jitter }) => ({
      kind: 'latency',
      delay: latency,
      jitter,
    })),
  ],
  [
    'bandwidth',
    // Rate 0 lets nothing pass; what was held arrives when the toxic is removed.
    kind(z.object({ rate: count }), ({ rate }) =>
      rate === 0 ? { kind: 'timeout' } : { kind: 'bandwidth', rate: rate * KB },
    ),
  ],
  ['slow_close', kind(z.object({ delay: count }), ({ delay }) => ({ kind: 'slow-close', delay }))],
  ['timeout', kind(z.object({ timeout: count }), ({ timeout }) => ({ kind: 'swallow', ...closing(timeout) }))],
  ['reset_peer', kind(z.object({ timeout: count }), ({ timeout }) => ({ kind: 'reset', after: timeout }))],
  [
    'slicer',
    kind(
      z
        .object({ average_size: z.int().min(1), size_variation: count, delay: count })
        .refine(({ average_size, size_variation }) => size_variation < average_size, {
          path: ['size_variation'],
          error: 'expected less than average_size',
        }),
      ({ average_size: size, size_variation: variation, delay }) => ({
        kind: 'slice',
        size,
        variation,
        pause: delay / MICROSECONDS,
      }),
    ),
  ],
  ['limit_data', kind(z.object({ bytes: count }), ({ bytes }) => ({ kind: 'limit', bytes, closes: 'reached' }))],
  ['noop', kind(z.object({}), () => undefined)],
]);
