import { createHmac } from 'node:crypto';
import { ChaosError, isChaosError, type JsonObject } from '@bridge/chaos-core';
import { canonicalJson } from '../entry/canonical-json.ts';
import type { ChaosLedger } from '../ledger/chaos-ledger.ts';
import type { LedgerRecord } from '../query/page.ts';
import { cursorName } from './acknowledged.ts';
import { type DeliveryOptions, deliver, refusedBy } from './delivery.ts';

export interface WebhookOptions extends DeliveryOptions {
  /** Names the destination's cursor; `[a-z0-9-]+`. */
  readonly destination: string;
  /** Which entries are sent. Default: all. */
  readonly only?: readonly string[];
  /** Key of the HMAC-SHA256 in `signature`. */
  readonly secret: string;
  /** Name of the sender in `bridge`. */
  readonly bridge: string;
}

/** The cursor of a webhook is an index, not something another party has cosigned: retention does not wait for it. */
const webhookCursor = (destination: string): string => cursorName(destination).replace('cursor.', 'webhook.');

/**
 * Posts matching entries one by one to an endpoint that knows nothing of logs, at least once and in order. Entries that
 * carry a consensus (`epoch`, `leader`, `peers`, `status` in their data) go in the form
 * `{ epoch, leader, peers, status, signature, bridge }`. Resolves when the signal fires.
 */
export async function forwardToWebhook(
  ledger: ChaosLedger,
  options: WebhookOptions,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock } = ledger;
  const name = webhookCursor(options.destination);
  const from = Number((await store.state.get(name)) ?? (await ledger.head()).first);
  const only = options.only === undefined ? {} : { type: options.only };
  const events = { failed: () => undefined, open: () => undefined };
  try {
    for await (const record of ledger.tail({ from, ...only, signal })) {
      const body = new TextEncoder().encode(canonicalJson(signedPayload(record, options)));
      const headers = { 'content-type': 'application/json', 'idempotency-key': record.entry.id };
      const reply = await deliver('', body, headers, options, { clock, signal, events });
      if (reply.status >= 300) throw refusedBy(options.destination, reply);
      await store.state.put(name, String(record.index + 1));
    }
  } catch (error) {
    if (signal.aborted || isChaosError(error, 'CHAOS_LEDGER_CLOSED')) return;
    throw error;
  }
}

/** The payload with `signature` = HMAC-SHA256, in hex, of its canonical JSON without `signature`. */
export function signedPayload(
  record: LedgerRecord,
  { secret, bridge }: Pick<WebhookOptions, 'secret' | 'bridge'>,
): JsonObject {
  if (secret === '') throw new ChaosError('CHAOS_LEDGER_OPTIONS_INVALID', 'expected a secret to sign with, got none');
  const payload = { ...payloadOf(record), bridge };
  return { ...payload, signature: createHmac('sha256', secret).update(canonicalJson(payload)).digest('hex') };
}

function payloadOf({ index, entry }: LedgerRecord): JsonObject {
  const { epoch, leader, peers, status } = entry.data;
  if (epoch !== undefined && leader !== undefined) return { epoch, leader, peers, status };
  const { id, type, time, data } = entry;
  return { index, id, type, time, data };
}
