import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { checkpointAt, consistencyOf, tlogProof } from '../ledger/proof-desk.ts';
import { leafHash } from '../merkle/hash.ts';
import { expandTypes } from '../query/document-names.ts';
import { matchesType } from '../query/search.ts';
import type { LogStore } from '../store/log-store.ts';

const zip = promisify(gzip);

const BATCH_ENTRIES = 1_000;
const BATCH_BYTES = 2 ** 20;

/** One request to a mirror. */
export interface BatchRequest {
  readonly from: number;
  readonly to: number;
  /** The checkpoint of exactly `to` entries. */
  readonly note: string;
  /** Gzipped JSON. */
  readonly body: Buffer;
}

/** The next entries after `from`, at most 1,000 or 1 MiB; those of other types than `only` as hashes. */
export async function batchRequest(
  store: LogStore,
  from: number,
  size: number,
  only: readonly string[] | undefined,
): Promise<BatchRequest> {
  const wanted = only === undefined ? undefined : expandTypes(only);
  const entries: ({ entry: string } | { leaf: string })[] = [];
  let bytes = 0;
  for await (const { text } of store.read(from, Math.min(size, from + BATCH_ENTRIES))) {
    const open = wanted === undefined || matchesType(JSON.parse(text).type, wanted);
    entries.push(open ? { entry: text } : { leaf: leafHash(Buffer.from(text)) });
    bytes += open ? text.length : 64;
    if (bytes >= BATCH_BYTES) break;
  }
  const to = from + entries.length;
  const { note } = await checkpointAt(store, to);
  const consistency = await consistencyOf(store, from, to);
  const handovers = await handoversOf(store);
  const request = { origin: store.origin, from, entries, checkpoint: note, consistency, handovers };
  return { from, to, note, body: await zip(JSON.stringify(request)) };
}

/** Proofs that the log itself announced its later keys, for a mirror that was given the first one only. */
async function handoversOf(store: LogStore): Promise<{ entry: string; proof: string }[]> {
  const { first } = await store.head();
  const handovers: { entry: string; proof: string }[] = [];
  for (const { from, handover } of store.keys()) {
    // What retention removed was acknowledged before, and with it the key.
    if (handover === undefined || from <= first) continue;
    const { entry, note } = handover;
    handovers.push({ entry, proof: await tlogProof(store, from - 1, { size: from, note }) });
  }
  return handovers;
}
