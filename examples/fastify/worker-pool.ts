import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** One worker process that is started again whenever it dies. */
export class WorkerPool {
  readonly #onRestart: () => void;
  #worker: ChildProcess;
  #closing = false;

  constructor(onRestart: () => void) {
    this.#onRestart = onRestart;
    this.#worker = this.#start();
  }

  get pid(): number {
    return this.#worker.pid ?? 0;
  }

  /** Throws when there is no answer within `patience` ms. */
  async double(job: number, patience = 300): Promise<number> {
    const answer = once(this.#worker, 'message', { signal: AbortSignal.timeout(patience) });
    // A dead worker's channel is closed: the missing answer says so.
    this.#worker.send(job, () => {});
    const [value] = await answer;
    return Number(value);
  }

  close(): void {
    this.#closing = true;
    this.#worker.disconnect();
  }

  #start(): ChildProcess {
    const worker = fork(join(import.meta.dirname, 'worker.ts'));
    worker.once('exit', () => {
      if (this.#closing) return;
      this.#onRestart();
      this.#worker = this.#start();
    });
    return worker;
  }
}
