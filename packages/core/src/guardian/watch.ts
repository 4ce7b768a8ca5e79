import { systemClock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { fileJournal } from '../journal/file-journal.ts';
import type { Journal } from '../journal/journal.ts';
import type { Logger } from '../logger.ts';
import { raiseEpoch } from '../state/epoch.ts';
import { announce, type Presence, watchPresence } from '../state/presence.ts';
import { type StateFolder, stateFolder } from '../state/state-folder.ts';
import { Custodian } from './custody.ts';
import type { EngineMessage, GuardianMessage } from './protocol.ts';
import { loadRecoverable, type RecoveryRegistry } from './recovery-registry.ts';
import { Takeover } from './takeover.ts';

type Hello = Extract<EngineMessage, { say: 'hello' }>;

/** While heartbeats are missing but nothing is live yet, how often to look for entries; ms. */
const IDLE_LOOK = 100;

function say(message: GuardianMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/**
 * Watches over one engine: its pipe, its presence, its heartbeats. Takes over when one of them fails; leaves when the
 * engine is gone and nothing of it is left.
 */
export class Watch {
  readonly #hello: Hello;
  readonly #log: Logger;
  readonly #folder: StateFolder;
  readonly #presence: Presence;
  readonly #journal: Journal;
  readonly #registry: RecoveryRegistry;
  #deadline: Disposable | undefined;
  /** By when the engine has to have spoken again. */
  #due = Infinity;
  #takeover: Takeover | undefined;
  #dead = false;
  #farewell = false;

  private constructor(hello: Hello, log: Logger, presence: Presence, registry: RecoveryRegistry) {
    this.#hello = hello;
    this.#log = log;
    this.#folder = stateFolder(hello.state);
    this.#presence = presence;
    this.#journal = fileJournal(this.#folder, presence.card.instance);
    this.#registry = registry;
  }

  static async begin(hello: Hello, log: Logger): Promise<Watch> {
    const presence = await announce(stateFolder(hello.state), 'guardian');
    const registry = await loadRecoverable(hello.plugins);
    const watch = new Watch(hello, log, presence, registry);
    watch.#expectBeat(hello.lease);
    watchPresence(watch.#folder, hello.engine, () => watch.engineDied());
    say({ say: 'ready', pid: process.pid, types: [...registry.faults.keys()], failures: [...registry.failures] });
    return watch;
  }

  hear(message: Exclude<EngineMessage, Hello>): void {
    switch (message.say) {
      case 'beat':
        say({ say: 'heard' });
        this.#expectBeat(message.ttl);
        return;
      case 'acknowledge':
        this.#takeover?.acknowledge();
        this.#expectBeat(this.#hello.lease);
        return;
      case 'bye':
        this.#farewell = true;
        return;
      default:
        message satisfies never;
    }
  }

  /** The pipe from the engine has closed: it is dead, or has lost us. Either way nobody holds its faults any more. */
  engineSilent(): void {
    if (!this.#farewell) this.#log.warn({ engine: this.#hello.engine }, 'the engine has gone silent');
    this.#takeOver();
  }

  engineDied(): void {
    this.#dead = true;
    this.#takeOver();
    this.#takeover?.engineDied();
  }

  #expectBeat(ttl: number): void {
    this.#due = systemClock.now() + ttl;
    this.#lookIn(ttl);
  }

  #lookIn(delay: number): void {
    this.#deadline?.[Symbol.dispose]();
    this.#deadline = systemClock.timer(delay, () => this.#lapse(), { ref: false });
  }

  /** A beat may wait unread in the pipe when it was this process that slept: read first, then judge. */
  #lapse(): void {
    setImmediate(() => setImmediate(() => void this.#takeOverIfLive()));
  }

  async #takeOverIfLive(): Promise<void> {
    const isLive = await this.#isLive();
    // A beat has come; or the timer was early, since Node counts from when the turn began in which it was set.
    const left = this.#due - systemClock.now();
    if (left > 0) this.#lookIn(left);
    else if (isLive) this.#takeOver();
    else this.#lookIn(IDLE_LOOK);
  }

  /** A journal that cannot be listed now is looked at again soon. */
  async #isLive(): Promise<boolean> {
    try {
      const { entries } = await this.#journal.entries();
      return entries.some(({ record }) => record.engine === this.#hello.engine);
    } catch (error) {
      this.#log.error({ reason: messageOf(error) }, 'cannot see whether anything is live');
      return false;
    }
  }

  #takeOver(): void {
    if (this.#takeover !== undefined) return;
    const { attempt, revert, engine } = this.#hello;
    const by = this.#presence.card.instance;
    const custodian = new Custodian({
      clock: systemClock,
      log: this.#log,
      registry: this.#registry,
      by,
      attempt,
      revert,
    });
    const takeover = new Takeover({
      clock: systemClock,
      log: this.#log,
      journal: this.#journal,
      custodian,
      engine,
      by,
      raiseEpoch: () => raiseEpoch(this.#folder, engine),
      onEpoch: (epoch) => say({ say: 'lapsed', epoch }),
    });
    this.#takeover = takeover;
    if (this.#dead) takeover.engineDied();
    void this.#see(takeover);
  }

  async #see(takeover: Takeover): Promise<void> {
    try {
      const ending = await takeover.run();
      this.#takeover = undefined;
      if (ending === 'engine-dead') await this.#leave();
    } catch (error) {
      this.#log.error({ reason: messageOf(error) }, 'the takeover failed; the next start() will finish it');
      await this.#leave();
    }
  }

  async #leave(): Promise<void> {
    await this.#presence[Symbol.asyncDispose]();
    process.exit();
  }
}
