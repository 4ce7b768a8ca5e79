import { systemClock } from '../clock.ts';
import { ChaosError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { RunningGuardian } from './launcher.ts';
import { readMessages } from './lines.ts';
import { type EngineMessage, type GuardianMessage, guardianMessage } from './protocol.ts';

export interface ArmedOptions {
  readonly running: RunningGuardian;
  readonly hello: Extract<EngineMessage, { say: 'hello' }>;
  readonly log: Logger;
  /** Called at most once: it died, or stopped answering. */
  readonly onLost: (reason: string) => void;
  /** It took over because our heartbeats lapsed. */
  readonly onLapsed: (epoch: number) => void;
}

/** A guardian must be up within this time, ms; a loaded machine starts Node in well under a tenth of it. */
const READY_WITHIN = 20_000;

/**
 * The engine's end of a guardian that stands by. Heartbeats come from the main event loop on real time: a blocked loop
 * must look dead, and a virtual clock must not keep real faults alive.
 */
export class ArmedGuardian {
  readonly pid: number | undefined;
  #types: ReadonlySet<string> = new Set();
  #failures: ReadonlyMap<string, string> = new Map();
  readonly #options: ArmedOptions;
  #heartbeat: Disposable | undefined;
  /** Until when the event loop has leave to stand still. */
  #extendedTo = 0;
  /** When the oldest heartbeat was sent that has no answer: silence of a guardian that nobody asked means nothing. */
  #askedAt: number | undefined;
  #over = false;

  private constructor(options: ArmedOptions) {
    this.#options = options;
    this.pid = options.running.pid;
  }

  /** Greets a launched guardian and waits until it has loaded every plugin it can. */
  static async arm(options: ArmedOptions): Promise<ArmedGuardian> {
    const guardian = new ArmedGuardian(options);
    await guardian.#greet();
    guardian.#beat();
    options.running.unref();
    return guardian;
  }

  get types(): readonly string[] {
    return [...this.#types].sort();
  }

  /** Why it cannot revert this fault type, or undefined when it can. */
  objection(type: string, plugin: string): string | undefined {
    if (this.#types.has(type)) return undefined;
    return this.#failures.get(plugin) ?? `its module does not provide ${type}`;
  }

  acknowledge(epoch: number): void {
    this.#send({ say: 'acknowledge', epoch });
  }

  /**
   * The event loop is about to stand still for up to this long. Resolves once the guardian can read it: from then on it
   * waits that much longer than its lease. Later heartbeats do not take the extension back.
   */
  extend(milliseconds: number): Promise<void> {
    this.#extendedTo = Math.max(this.#extendedTo, systemClock.now() + milliseconds);
    return new Promise((resolve, reject) => {
      this.#send(this.#pulse(), (error) => {
        if (error === undefined || error === null) return resolve();
        const message = 'expected the guardian to take the announcement of a stall, but its pipe is closed';
        reject(new ChaosError('CHAOS_GUARDIAN_LOST', message, { cause: error }));
      });
    });
  }

  /** While faults live the host process must not end by itself before they are reverted. */
  hold(held: boolean): void {
    if (this.#over) return;
    if (held) this.#options.running.ref();
    else this.#options.running.unref();
  }

  /** Peaceful end: the guardian leaves once nothing of ours is live. */
  async dismiss(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    this.#heartbeat?.[Symbol.dispose]();
    this.#send({ say: 'bye' });
    this.#options.running.stdin.end();
    this.#options.running.unref();
  }

  #greet(): Promise<void> {
    const { running, hello, log } = this.#options;
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void =>
        reject(
          new ChaosError(
            'CHAOS_GUARDIAN_CANNOT_START',
            `${reason}. Its log is guardian.log in the state folder ${hello.state}.`,
          ),
        );
      const patience = systemClock.timer(READY_WITHIN, () => {
        running.kill();
        fail(`expected the guardian to be ready within ${READY_WITHIN} ms`);
      });
      void running.exited.then(() => {
        patience[Symbol.dispose]();
        fail('expected the guardian to stay up, but it ended while starting');
        this.#lost('it ended');
      });
      const onMessage = (message: GuardianMessage): void => {
        this.#askedAt = undefined;
        if (message.say === 'lapsed' && !this.#over) this.#options.onLapsed(message.epoch);
        if (message.say !== 'ready') return;
        patience[Symbol.dispose]();
        this.#types = new Set(message.types);
        this.#failures = new Map(message.failures.map(({ plugin, reason }) => [plugin, reason]));
        resolve();
      };
      readMessages(running.stdout, guardianMessage(), onMessage, (line) =>
        log.warn({ line }, 'guardian said something else'),
      );
      this.#send(hello);
    });
  }

  #beat(): void {
    const { lease } = this.#options.hello;
    this.#heartbeat = systemClock.timer(
      lease / 4,
      () => {
        this.#askedAt ??= systemClock.now();
        this.#send(this.#pulse());
        this.#beat();
        // After a stall of our own its answers still wait in the pipe: read them before judging.
        setImmediate(() => this.#judge(2 * lease));
      },
      { ref: false },
    );
  }

  #judge(patience: number): void {
    if (this.#over || this.#askedAt === undefined || systemClock.now() - this.#askedAt <= patience) return;
    this.#options.running.kill();
    this.#lost('it stopped answering');
  }

  #pulse(): EngineMessage {
    const extension = Math.max(0, this.#extendedTo - systemClock.now());
    return { say: 'beat', ttl: this.#options.hello.lease + extension };
  }

  #send(message: EngineMessage, onSent?: (error: Error | null | undefined) => void): void {
    const { stdin } = this.#options.running;
    if (stdin.writable) stdin.write(`${JSON.stringify(message)}\n`, onSent);
    else onSent?.(new Error('not writable'));
  }

  #lost(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#heartbeat?.[Symbol.dispose]();
    this.#options.onLost(reason);
  }
}
