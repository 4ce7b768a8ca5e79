/** How long one answer may take, ms. */
const TIMEOUT = 5_000;

interface Waiting<Answer> {
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
}

/** What is asked on one connection, answered in the order of the questions. */
export class PendingAnswers<Answer> {
  readonly #waiting: Waiting<Answer>[] = [];
  readonly #onSilence: (reason: Error) => void;

  /** `onSilence` is called when an answer is overdue: those after it cannot be told apart any more. */
  constructor(onSilence: (reason: Error) => void) {
    this.#onSilence = onSilence;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** The next answer that nobody waits for yet. The caller's signal ends the wait, not the question. */
  async next(signal: AbortSignal): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting.push({ resolve, reject });
    const limit = AbortSignal.timeout(TIMEOUT);
    const onAbort = (): void => reject(signal.reason);
    const onSilence = (): void => this.#onSilence(new Error(`no answer within ${TIMEOUT / 1000} s`));
    signal.addEventListener('abort', onAbort, { once: true });
    limit.addEventListener('abort', onSilence, { once: true });
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
      limit.removeEventListener('abort', onSilence);
    }
  }

  settle(answer: Answer): void {
    this.#waiting.shift()?.resolve(answer);
  }

  fail(reason: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }
}
