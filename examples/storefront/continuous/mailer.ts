import { join } from 'node:path';
import { silentLogger, systemClock } from '@bridge/chaos-core';
import {
  type ActionContext,
  processServices,
  type SignalSink,
  type WatchedProcessInput,
  Watchtower,
} from '@bridge/chaos-recovery';

const ENDING: ActionContext = {
  signal: new AbortController().signal,
  clock: systemClock,
  log: silentLogger,
  idempotencyKey: 'the end',
};

/** A process beside the storefront that nothing but a watchtower keeps alive. */
export interface Mailer extends AsyncDisposable {
  /** Selects the process, whatever its incarnation. */
  readonly selector: { readonly commandMatches: string };
  readonly restarts: number;
}

/** Starts the watchtower, which starts the mailer. Both end with the scope. */
export async function startMailer(folder: string, signals: SignalSink): Promise<Mailer> {
  const mailer: WatchedProcessInput = {
    name: 'mailer',
    command: [process.execPath, '--eval', 'setInterval(() => {}, 60_000)', `mailer=${folder}`],
    pidFile: join(folder, 'mailer.pid'),
    stopTimeout: 1_000,
  };
  const tower = new Watchtower({
    targets: { docker: false, processes: [mailer] },
    policy: {
      dryRunFirst: false,
      // It is killed again and again on purpose.
      backoff: { first: 0, base: 0, cap: 500 },
      budget: { restarts: 10_000 },
      rate: { restarts: 1_000 },
      verify: { hold: 200 },
    },
    signals,
  });
  const { promise: up, resolve } = Promise.withResolvers<void>();
  tower.on(({ type }) => {
    if (type === 'watchtower:effective') resolve();
  });
  tower.start();
  await up;
  return {
    selector: { commandMatches: `mailer=${folder.replaceAll(/[.\\]/g, String.raw`\$&`)}$` },
    get restarts() {
      return tower.recent.filter(({ type }) => type === 'watchtower:effective').length;
    },
    async [Symbol.asyncDispose]() {
      await tower.close();
      await processServices([mailer]).stop('mailer', ENDING);
    },
  };
}
