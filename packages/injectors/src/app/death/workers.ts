import { Worker } from 'node:worker_threads';
import { listenTo, memberOf } from '../channel.ts';
import { processWide } from '../process-wide.ts';

const living = processWide('workers', () => new Map<Worker, string>());

/**
 * Remembers the worker threads that this thread starts from now on, so that `app.worker-crash` can end them. Call it
 * early, before the pools are made.
 */
export function watchWorkers(): Disposable {
  return listenTo('worker_threads', (message) => {
    const worker = memberOf(message, 'worker', Worker);
    if (worker === undefined) return;
    living.set(worker, nameOf(worker));
    worker.once('exit', () => void living.delete(worker));
  });
}

/** The remembered threads that live, with their names, without those of the SDK. */
export function livingWorkers(): readonly { readonly worker: Worker; readonly name: string }[] {
  return [...living].map(([worker, name]) => ({ worker, name })).filter(({ name }) => !name.startsWith('chaos-'));
}

function nameOf(worker: Worker): string {
  return 'threadName' in worker && typeof worker.threadName === 'string' ? worker.threadName : '';
}
