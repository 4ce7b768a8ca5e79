import { ChaosError, type JsonObject, type LedgerEntry } from '@bridge/chaos-core';
import { canonicalJson } from './canonical-json.ts';
import { checkEntry, ENVELOPE_VERSION, LARGEST_ENTRY, type Redaction, type SealedValue } from './envelope.ts';

/** What queries filter by. */
export interface Facets {
  readonly type: string;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly experiment: string | undefined;
  readonly run: string | undefined;
  readonly actor: string | undefined;
  readonly target: string | undefined;
}

/** An entry ready to be stored: its canonical text and what stores index. */
export interface Leaf {
  readonly id: string;
  readonly text: string;
  /** Length of `text` in UTF-8. */
  readonly length: number;
  readonly facets: Facets;
}

/** What was done to the data before it is hashed. */
export interface PreparedData {
  /** Canonical JSON of the data. */
  readonly text: string;
  readonly redactions: readonly Redaction[];
  readonly sealed: readonly SealedValue[];
}

export function plainData(data: JsonObject): PreparedData {
  return { text: canonicalJson(data), redactions: [], sealed: [] };
}

const member = (name: string, value: string | undefined): string =>
  value === undefined ? '' : `"${name}":${canonicalJson(value)},`;

/**
 * The canonical envelope of an entry. The members are written in their sorted order, so that the data, which was made
 * canonical already, is not walked again.
 */
export function encodeLeaf(entry: LedgerEntry, data: PreparedData = plainData(entry.data), late = false): Leaf {
  checkEntry(entry);
  const { boot, instance, sequence, service } = entry.source;
  const text =
    `{${member('actor', entry.actor)}"data":${data.text},${member('experiment', entry.experiment)}` +
    `${member('id', entry.id)}${late ? '"late":true,' : ''}` +
    `${data.redactions.length === 0 ? '' : `"redactions":${canonicalJson(data.redactions)},`}` +
    `${member('run', entry.runId)}` +
    `${data.sealed.length === 0 ? '' : `"sealed":${canonicalJson(data.sealed)},`}` +
    `"source":${canonicalJson({ boot, instance, sequence, service })},${member('target', entry.target)}` +
    `${member('time', entry.time)}${member('type', entry.type)}"v":${ENVELOPE_VERSION}}`;
  return { id: entry.id, text, length: checkedLength(text), facets: facetsOf(entry) };
}

function facetsOf(entry: LedgerEntry): Facets {
  const { type, time, experiment, runId, actor, target } = entry;
  return { type, time: Date.parse(time), experiment, run: runId, actor, target };
}

function checkedLength(text: string): number {
  const length = Buffer.byteLength(text);
  if (length <= LARGEST_ENTRY) return length;
  throw new ChaosError(
    'CHAOS_LEDGER_ENTRY_INVALID',
    `expected an entry of at most ${LARGEST_ENTRY} bytes, got ${length}; store large artifacts elsewhere and record their hash`,
  );
}
