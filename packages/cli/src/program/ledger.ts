import { Command } from 'commander';
import type {
  LedgerExportOptions,
  LedgerQueryOptions,
  LedgerTailOptions,
  LedgerVerifyOptions,
} from '../command/ledger.ts';
import { command, type Programme, several, whole } from './shared.ts';

/** The record: reading, verifying, handing over. */
export function addLedger(program: Command, { io, ended }: Programme): void {
  const ledger = new Command('ledger').description('read, verify and export the tamper-evident record');
  ledger.addCommand(
    filtered(
      command('tail', 'show the last entries', ['chaos ledger tail', 'chaos ledger tail --follow --type "fault:*"']),
    )
      .option('-n, --lines <number>', 'how many', whole(1), 20)
      .option('-f, --follow', 'and those to come, until a signal')
      .action(async (options: LedgerTailOptions) => {
        const { ledgerTail } = await import('../command/ledger.ts');
        ended(await ledgerTail(io, options));
      }),
  );
  ledger.addCommand(
    filtered(
      command('query', 'show entries that match, a page at a time', ['chaos ledger query --run run-0f3a --json']),
    )
      .option('--limit <number>', 'most entries, up to 1,000', whole(1), 50)
      .option('--cursor <text>', 'where the page before ended')
      .option('--oldest-first', 'in the order they were written')
      .action(async (options: LedgerQueryOptions) => {
        const { ledgerQuery } = await import('../command/ledger.ts');
        ended(await ledgerQuery(io, options));
      }),
  );
  ledger.addCommand(
    command('verify', 'verify without trusting: integrity, completeness, how far others have seen it', [
      'chaos ledger verify',
      'chaos ledger verify --bundle audit-2026 --policy keys.policy',
    ])
      .option('--ledger <folder>', "the ledger (default: the host file's)")
      .option('--bundle <folder>', 'an exported bundle instead')
      .option('--policy <file>', 'the keys to trust; without it accidents are found, forgery is not')
      .action(async (options: LedgerVerifyOptions) => {
        const { ledgerVerify } = await import('../command/ledger.ts');
        ended(await ledgerVerify(io, options));
      }),
  );
  ledger.addCommand(
    filtered(
      command('export', 'write a bundle that others can verify offline', [
        'chaos ledger export audit-2026 --after 2026-01-01T00:00:00Z --reason "yearly audit"',
      ]),
    )
      .argument('<folder>', 'an empty folder, or one to make')
      .option('--reason <text>', 'why, for the record', 'chaos ledger export')
      .action(async (folder: string, options: LedgerExportOptions) => {
        const { ledgerExport } = await import('../command/ledger.ts');
        ended(await ledgerExport(io, folder, options));
      }),
  );
  program.addCommand(ledger);
}

function filtered(to: Command): Command {
  return to
    .option('--ledger <folder>', "the ledger (default: the host file's)")
    .option('--type <type>', 'exact type or family such as "fault:*"; may be given several times', several)
    .option('--run <id>', 'entries of this run')
    .option('--experiment <name>', 'entries of this experiment')
    .option('--actor <name>', 'entries of this actor')
    .option('--target <name>', 'entries about this target')
    .option('--after <time>', 'from this time on, RFC 3339')
    .option('--before <time>', 'before this time, RFC 3339');
}
