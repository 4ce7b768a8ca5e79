import type { Command } from 'commander';
import type { DoctorOptions } from '../command/doctor.ts';
import type { StopOptions } from '../command/stop.ts';
import { command, type Programme } from './shared.ts';

const PATIENCE = '60s';
const ELSEWHERE = 'works on the engine of any process that uses this state folder';

/** Looking at, stopping and putting right what runs, here or in another process. */
export function addControl(program: Command, { io, ended }: Programme): void {
  program.addCommand(
    command('status', `show what is going on; ${ELSEWHERE}`, [
      'chaos status',
      'chaos status --state /var/lib/app/.chaos',
    ]).action(async (options) => {
      const { status } = await import('../command/status.ts');
      ended(await status(io, options));
    }),
  );
  program.addCommand(
    command('stop', `emergency stop: revert everything and refuse new work until release; ${ELSEWHERE}`, [
      'chaos stop "checkout is down"',
    ])
      .argument('[reason]', 'why, for the record', 'chaos stop')
      .option('--within <duration>', 'how long to wait for proof that everything is undone', PATIENCE)
      .action(async (reason: string, options: StopOptions) => {
        const { stop } = await import('../command/stop.ts');
        ended(await stop(io, reason, options));
      }),
  );
  program.addCommand(
    command('release', 'lift the emergency stop', ['chaos release "checkout is fine again"'])
      .argument('[reason]', 'why, for the record', 'chaos release')
      .action(async (reason: string, options) => {
        const { release } = await import('../command/release.ts');
        ended(await release(io, reason, options));
      }),
  );
  program.addCommand(
    command('revert', `undo everything now, also what killed processes left; ${ELSEWHERE}`, [
      'chaos revert',
      'chaos revert --state /var/lib/app/.chaos',
    ])
      .option('--within <duration>', 'how long to wait for an engine that is at work', PATIENCE)
      .action(async (options: StopOptions) => {
        const { revert } = await import('../command/revert.ts');
        ended(await revert(io, options));
      }),
  );
  program.addCommand(
    command('doctor', 'look at this host: leftovers, permissions, what the kernel can do, and why not', [
      'chaos doctor',
      'chaos doctor --remove',
      'chaos doctor --faults',
    ])
      .option('--remove', 'remove leftovers in container networks that nobody is in charge of')
      .option('--no-docker', 'do not look at Docker')
      .option('--faults', 'list what can be broken')
      .action(async (options: DoctorOptions) => {
        const { doctor } = await import('../command/doctor.ts');
        ended(await doctor(io, options));
      }),
  );
}
