import { ChaosError, type LedgerEntry } from '@bridge/chaos-core';
import * as z from 'zod';

/** Version of the envelope. A reader takes unknown members of the same version along untouched. */
export const ENVELOPE_VERSION = 1;

/** Bundles of C2SP tlog-tiles carry each entry with a 16-bit length. */
export const LARGEST_ENTRY = 65_535;

const text = z.string().min(1).max(1_000);

const sourceSchema = z.looseObject({
  service: text,
  instance: text,
  boot: text,
  sequence: z.int().nonnegative(),
});

/** Something that was taken out before the entry was hashed. `mac` proves later that two hidden values were equal. */
export const redactionSchema = z.looseObject({ path: z.string(), rule: z.string(), mac: z.string() });

/** A value that only the holder of key `kid` can read: AES-256-GCM, members in base64. */
export const sealedSchema = z.looseObject({
  path: z.string(),
  kid: z.string(),
  iv: z.string(),
  ct: z.string(),
  tag: z.string(),
});

/** What a leaf of the log holds, as RFC 8785 canonical JSON. */
export const envelopeSchema = z.looseObject({
  v: z.literal(ENVELOPE_VERSION),
  id: text,
  type: text,
  time: z.iso.datetime({ offset: true }),
  source: sourceSchema,
  experiment: text.optional(),
  run: text.optional(),
  actor: text.optional(),
  target: text.optional(),
  data: z.record(z.string(), z.json()),
  late: z.literal(true).optional(),
  redactions: z.array(redactionSchema).optional(),
  sealed: z.array(sealedSchema).optional(),
});

export type Envelope = z.output<typeof envelopeSchema>;
export type Redaction = z.output<typeof redactionSchema>;
export type SealedValue = z.output<typeof sealedSchema>;

/** Reads the bytes of a leaf. Throws `CHAOS_LEDGER_ENTRY_INVALID` with the path. */
export function parseEnvelope(bytes: Uint8Array | string): Envelope {
  const source = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString();
  const result = envelopeSchema.safeParse(readJson(source));
  if (result.success) return result.data;
  throw new ChaosError('CHAOS_LEDGER_ENTRY_INVALID', `expected an entry, got ${z.prettifyError(result.error)}`);
}

function readJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (cause) {
    throw new ChaosError('CHAOS_LEDGER_ENTRY_INVALID', 'expected an entry, got something that is not JSON', { cause });
  }
}

const required = (name: string, value: unknown): void => {
  if (typeof value === 'string' && value.length > 0 && value.length <= 1_000) return;
  throw new ChaosError('CHAOS_LEDGER_ENTRY_INVALID', `expected "${name}" to be a text of 1 to 1,000 characters`);
};

/** RFC 3339 as `Date.toISOString` writes it, or with an offset. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** The same rules as the schema, on the hot path. Throws `CHAOS_LEDGER_ENTRY_INVALID`. */
export function checkEntry(entry: LedgerEntry): void {
  required('id', entry.id);
  required('type', entry.type);
  required('source.service', entry.source.service);
  required('source.instance', entry.source.instance);
  required('source.boot', entry.source.boot);
  for (const name of ['runId', 'experiment', 'actor', 'target'] as const) {
    if (entry[name] !== undefined) required(name, entry[name]);
  }
  const { sequence } = entry.source;
  if (!Number.isSafeInteger(sequence) || sequence < 0) {
    throw new ChaosError(
      'CHAOS_LEDGER_ENTRY_INVALID',
      `expected "source.sequence" to be a whole number, got ${sequence}`,
    );
  }
  if (!TIME.test(entry.time) || Number.isNaN(Date.parse(entry.time))) {
    throw new ChaosError(
      'CHAOS_LEDGER_ENTRY_INVALID',
      `expected "time" as RFC 3339, got ${JSON.stringify(entry.time)}`,
    );
  }
  if (typeof entry.data !== 'object' || entry.data === null || Array.isArray(entry.data)) {
    throw new ChaosError('CHAOS_LEDGER_ENTRY_INVALID', 'expected "data" to be an object');
  }
}
