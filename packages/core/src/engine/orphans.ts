import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { isChaosError, messageOf } from '../errors.ts';
import type { Emit, FaultReference } from '../event/chaos-events.ts';
import { eachNewestFirst } from '../fault/by-target.ts';
import { Custodian, outcomeNote } from '../guardian/custody.ts';
import type { Journal, JournalEntry } from '../journal/journal.ts';
import { type JournalRecord, parseJournal } from '../journal/record.ts';
import { untilClaimed } from '../journal/until-claimed.ts';
import type { Logger } from '../logger.ts';
import type { AnyFault } from '../plugin.ts';
import type { StateFolder } from '../state/state-folder.ts';

export interface OrphanOptions {
  readonly folder: StateFolder;
  readonly journal: Journal;
  readonly faults: ReadonlyMap<string, AnyFault>;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly log: Logger;
  readonly instance: string;
  readonly attempt: number;
  readonly revert: number;
  /** A guardian had dealt with this fault. */
  readonly onSettled: (id: string) => void;
}

function reference({ id, type, target: { group, connection, ...target } }: JournalRecord): FaultReference {
  const optional = { ...(group === undefined ? {} : { group }), ...(connection === undefined ? {} : { connection }) };
  return { id, type, target: { ...target, ...optional } };
}

/** Says what the guardians of former lives did, once. */
async function reportSettled({ folder, emit, log, onSettled }: OrphanOptions): Promise<number> {
  let reported = 0;
  for (const name of await readdir(folder.settled)) {
    const file = join(folder.settled, name);
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      log.warn(
        { file, reason: messageOf(error) },
        'an outcome left by a guardian cannot be read now; the next start will',
      );
    });
    if (text === undefined) continue;
    try {
      const { record, notes } = parseJournal(text, file);
      emit('fault:orphan', { fault: reference(record), outcome: notes.at(-1)?.phase ?? 'reverted', by: 'guardian' });
      onSettled(record.id);
      reported += 1;
    } catch (error) {
      log.warn({ file, reason: messageOf(error) }, 'an outcome left by a guardian is damaged');
    }
    await rm(file, { force: true });
  }
  return reported;
}

async function revertOrphan(
  entry: JournalEntry,
  custodian: Custodian,
  options: OrphanOptions,
  deadSince: number,
): Promise<boolean> {
  const { clock, emit, instance, log } = options;
  if ((await untilClaimed(() => entry.claim(), clock)) === 'gone') return false;
  const fault = reference(entry.record);
  const custody = await custodian.undoForGood(entry, 'orphan', deadSince);
  if (custody.outcome === 'leaked') {
    log.error({ fault: entry.id, reason: custody.reason }, 'an orphan could not be reverted');
    await entry.note(outcomeNote(custody, instance, 'orphan'));
    await entry.handBack();
    const remedy = 'Put it right as the reason says and start() again; the record is kept.';
    emit('fault:leaked', { fault, reason: custody.reason, remedy });
  } else {
    await entry.settle(outcomeNote(custody, instance, 'orphan'));
  }
  emit('fault:orphan', { fault, outcome: custody.outcome, by: 'start' });
  return true;
}

/**
 * Reconciliation at start: reverts every live entry of former lives, newest first, goes on past failures, and reports
 * each. Returns how many there were. Damaged journal files are reported and kept.
 */
export async function reconcileOrphans(options: OrphanOptions): Promise<number> {
  const { journal, clock, log, faults, instance, attempt, revert, emit } = options;
  const custodian = new Custodian({ clock, log, registry: { faults }, by: instance, attempt, revert });
  const deadSince = clock.now();
  const { entries, damaged } = await journal.entries();
  for (const { file, reason } of damaged) emit('journal:damaged', { file, reason });
  let orphans = 0;
  const items = entries.map((entry) => ({ entry, target: entry.record.target }));
  await eachNewestFirst(items, async ({ entry }) => {
    try {
      if (await revertOrphan(entry, custodian, options, deadSince)) orphans += 1;
    } catch (error) {
      log.error(
        { fault: entry.id, reason: messageOf(error), known: isChaosError(error) },
        'an orphan was left for the next start',
      );
    }
  });
  return orphans + (await reportSettled(options));
}
