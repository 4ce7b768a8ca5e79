import { resolve } from 'node:path';
import { systemClock } from '@bridge/chaos-core';
import {
  type EntryFilter,
  exportBundle,
  type LedgerRecord,
  openLedger,
  type Policy,
  parsePolicy,
  readLedger,
  type VerifyReport,
  verify,
} from '@bridge/chaos-ledger';
import { loadConfig } from '../config/load-config.ts';
import { readLimited } from '../config/read-limited.ts';
import { usageError } from '../config/usage-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { userName } from '../host/user-name.ts';
import { painter } from '../terminal/colour.ts';
import type { Io } from '../terminal/io.ts';
import { plainLine, plainText } from '../terminal/plain-text.ts';
import { print } from '../terminal/print.ts';
import type { CommonOptions } from './common-options.ts';

export interface LedgerFilterOptions extends CommonOptions {
  /** Folder of the ledger; default: the host file's. */
  readonly ledger?: string;
  readonly type?: readonly string[];
  readonly run?: string;
  readonly experiment?: string;
  readonly actor?: string;
  readonly target?: string;
  readonly after?: string;
  readonly before?: string;
}

export interface LedgerQueryOptions extends LedgerFilterOptions {
  readonly limit: number;
  readonly cursor?: string;
  readonly oldestFirst?: boolean;
}

/** One page of entries that match. */
export async function ledgerQuery(io: Io, options: LedgerQueryOptions): Promise<ExitCode> {
  const ledger = await readLedger({ directory: await directoryOf(io, options) });
  const { limit, cursor, oldestFirst } = options;
  const page = await ledger.query({
    ...filterOf(options),
    limit,
    order: oldestFirst ? 'oldest-first' : 'newest-first',
    ...(cursor === undefined ? {} : { cursor }),
  });
  print(io, options.json, page, () => [
    ...page.records.map((record) => lineOf(io, record)),
    ...(page.next === undefined ? [] : [`more: --cursor ${page.next}`]),
  ]);
  return EXIT.passed;
}

export interface LedgerTailOptions extends LedgerFilterOptions {
  readonly lines: number;
  readonly follow?: boolean;
}

const LOOK_AGAIN = 1_000;
const PAGE = 500;

/** The last entries, oldest first; with `follow` also those to come, until a signal. One JSON line each with `json`. */
export async function ledgerTail(io: Io, options: LedgerTailOptions): Promise<ExitCode> {
  const directory = await directoryOf(io, options);
  const show = (record: LedgerRecord): void =>
    io.out.write(options.json ? `${JSON.stringify(record)}\n` : `${lineOf(io, record)}\n`);
  const ledger = await readLedger({ directory });
  const { records } = await ledger.query({ ...filterOf(options), limit: options.lines });
  for (const record of records.toReversed()) show(record);
  for (let next = (await ledger.head()).size; options.follow; ) {
    await systemClock.sleep(LOOK_AGAIN);
    next = await showFrom(directory, next, filterOf(options), show);
  }
  return EXIT.passed;
}

/** Shows the matching entries from an index on; resolves with the index to go on from. */
async function showFrom(
  directory: string,
  from: number,
  filter: EntryFilter,
  show: (record: LedgerRecord) => void,
): Promise<number> {
  const ledger = await readLedger({ directory });
  const fresh: LedgerRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await ledger.query({ ...filter, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    fresh.push(...page.records.filter(({ index }) => index >= from));
    const isBack = page.records.some(({ index }) => index < from);
    cursor = isBack ? undefined : page.next;
  } while (cursor !== undefined);
  for (const record of fresh.reverse()) show(record);
  return (await ledger.head()).size;
}

export interface LedgerVerifyOptions extends CommonOptions {
  readonly ledger?: string;
  /** An exported bundle instead. */
  readonly bundle?: string;
  /** File with the keys to trust. */
  readonly policy?: string;
}

/** Verifies without trusting. Ends with 1 when the record is damaged or has gaps. */
export async function ledgerVerify(io: Io, options: LedgerVerifyOptions): Promise<ExitCode> {
  const policy = await policyOf(io, options.policy);
  const target =
    options.bundle === undefined
      ? { directory: await directoryOf(io, options) }
      : { bundle: resolve(io.cwd, options.bundle) };
  const report = await verify({ ...target, ...(policy === undefined ? {} : { policy }) });
  print(io, options.json, report, () => verifyLines(io, report));
  return report.ok ? EXIT.passed : EXIT.failed;
}

async function policyOf(io: Io, file: string | undefined): Promise<Policy | undefined> {
  return file === undefined ? undefined : parsePolicy(await readLimited(resolve(io.cwd, file)));
}

function verifyLines(io: Io, { ok, origin, size, integrity, completeness, anchored, trust }: VerifyReport): string[] {
  const damage = integrity.verdict === 'damaged' ? ` from entry ${integrity.index} on: ${integrity.reason}` : '';
  return [
    painter(io.out)(ok ? 'green' : 'red', `${ok ? 'verified' : 'NOT VERIFIED'}: ${origin}, ${size} entries`),
    plainText(`  integrity     ${integrity.verdict}${damage}`),
    `  completeness  ${completeness.verdict}, ${completeness.sources} sources, ${completeness.gaps.length} gaps`,
    `  anchored      up to ${anchored.size}, by ${anchored.witnesses.length} witnesses`,
    `  trust         ${trust === 'policy' ? 'the given policy' : "the log's own key: excludes accidents, not forgery"}`,
  ];
}

export interface LedgerExportOptions extends LedgerFilterOptions {
  readonly reason: string;
}

/** Writes a bundle that can be verified offline. The export itself is an entry, so nobody else may be writing. */
export async function ledgerExport(io: Io, folder: string, options: LedgerExportOptions): Promise<ExitCode> {
  const directory = await directoryOf(io, options);
  // Opening makes a ledger where there is none; an export of nothing is a slip.
  await readLedger({ directory });
  const ledger = await openLedger({ directory });
  try {
    const to = resolve(io.cwd, folder);
    const { reason } = options;
    const manifest = await exportBundle(ledger, { ...filterOf(options), directory: to, by: userName(io.env), reason });
    print(io, options.json, manifest, () => [plainText(`${manifest.count} entries of ${manifest.origin} in ${to}`)]);
  } finally {
    await ledger.close();
  }
  return EXIT.passed;
}

async function directoryOf(io: Io, options: CommonOptions & { readonly ledger?: string }): Promise<string> {
  if (options.ledger !== undefined) return resolve(io.cwd, options.ledger);
  const { ledger } = await loadConfig(io.cwd, options);
  if (ledger === undefined) throw usageError('the host file says `ledger: false`; name a folder by --ledger');
  return ledger;
}

function filterOf({ type, run, experiment, actor, target, after, before }: LedgerFilterOptions): EntryFilter {
  const given = Object.entries({ type, run, experiment, actor, target, after, before });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

function lineOf({ out }: Io, { index, entry }: LedgerRecord): string {
  const about = [entry.run, entry.actor, entry.target].filter((part) => part !== undefined).join(' ');
  const line = `${String(index).padStart(6)}  ${entry.time}  ${entry.type}  ${about}  ${JSON.stringify(entry.data)}`;
  return out.isTerminal ? plainLine(line, out.columns - 1) : plainText(line);
}
