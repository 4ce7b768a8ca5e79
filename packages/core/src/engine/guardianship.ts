import { ChaosError, isChaosError, messageOf } from '../errors.ts';
import type { Emit } from '../event/chaos-events.ts';
import type { Injection } from '../fault/fault-host.ts';
import { ArmedGuardian } from '../guardian/armed-guardian.ts';
import { guardianEntry, recoverableModule } from '../guardian/bundle.ts';
import { type GuardianLaunch, type GuardianLauncher, WITHIN_CONTAINER } from '../guardian/launcher.ts';
import { nodeFlags } from '../guardian/node-flags.ts';
import { processGuardian } from '../guardian/process-guardian.ts';
import type { EngineMessage } from '../guardian/protocol.ts';
import type { Logger } from '../logger.ts';
import type { ChaosPlugin } from '../plugin.ts';
import { engineClosed } from './engine-closed.ts';
import { isWithinContainer } from './within-container.ts';

export type GuardianChoice = 'auto' | 'process' | 'none' | GuardianLauncher;

export interface GuardianshipOptions {
  readonly choice: GuardianChoice;
  readonly plugins: readonly ChaosPlugin[];
  /** Everything of the greeting but the plugins. */
  readonly terms: Omit<Extract<EngineMessage, { say: 'hello' }>, 'say' | 'plugins'>;
  readonly emit: Emit;
  readonly log: Logger;
  /** How many faults are live now. */
  readonly live: () => number;
  readonly onLapsed: (epoch: number) => void;
  /** It died and cannot be replaced: nothing may stay live without it. */
  readonly onAbandoned: () => void;
}

/** A guardian that dies at once again and again is not re-armed for ever. */
const REARM_LIMIT = 3;
/** Longest silence that can be announced, ms. */
const LONGEST_STALL = 60_000;

/** Keeps one guardian armed for an engine, and knows which faults may go without. */
export class Guardianship {
  readonly #options: GuardianshipOptions;
  readonly #unloadable = new Map<string, string>();
  #launcher: GuardianLauncher | undefined;
  #arming: Promise<ArmedGuardian> | undefined;
  #armed: ArmedGuardian | undefined;
  #losses = 0;
  #weaker: { readonly reason: string; readonly remedy: string } | undefined;
  #closed = false;

  constructor(options: GuardianshipOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#armed?.pid;
  }

  get state(): 'none' | 'arming' | 'armed' | 'lost' {
    if (this.#armed !== undefined) return 'armed';
    if (this.#arming !== undefined) return 'arming';
    return this.#losses > 0 ? 'lost' : 'none';
  }

  /** Arms now if it can. What cannot be guaranteed is said with `engine:degraded`; never throws. */
  async stand(): Promise<void> {
    const { choice, emit } = this.#options;
    if (choice === 'none') {
      emit('engine:degraded', {
        guarantee: 'faults are reverted although the engine was killed or hangs',
        reason: "guardian: 'none' was chosen",
        remedy: 'what a killed engine leaves is reverted by the next start() on the same state folder',
      });
      return;
    }
    try {
      await this.#arm();
    } catch (error) {
      emit('engine:degraded', {
        guarantee: 'faults are reverted although the engine was killed or hangs',
        reason: messageOf(error),
        remedy: "faults that need a guardian are refused; say guardian: 'none' to inject them without",
      });
    }
  }

  /** Resolves when this fault may be injected. Throws `CHAOS_GUARDIAN_…` otherwise. */
  async guarded({ fault, plugin }: Injection): Promise<void> {
    if (this.#options.choice === 'none' || fault.survives === 'engine') return;
    const guardian = this.#armed ?? (await this.#arm());
    if (this.#weaker !== undefined && !WITHIN_CONTAINER.has(fault.survives)) {
      throw new ChaosError(
        'CHAOS_GUARDIAN_CANNOT_START',
        `${fault.type} outlives this container, and so must its guardian: ${this.#weaker.reason}. ${this.#weaker.remedy}`,
      );
    }
    const objection = this.#unloadable.get(plugin.name) ?? guardian.objection(fault.type, plugin.name);
    if (objection === undefined) return;
    throw new ChaosError(
      'CHAOS_GUARDIAN_CANNOT_LOAD',
      `${fault.type}: the guardian cannot load plugin ${plugin.name}: ${objection}. Put the plugin into a module of its own ` +
        'whose default export makes it from JSON options, and set `module: import.meta.url` there.',
    );
  }

  /** Announces a stall. Without a guardian nobody waits for heartbeats. Throws `CHAOS_GUARDIAN_LOST`. */
  async extendLease(milliseconds: number): Promise<void> {
    if (!(milliseconds >= 0 && milliseconds <= LONGEST_STALL)) {
      throw new ChaosError(
        'CHAOS_OPTIONS_INVALID',
        `expected a stall of 0 to ${LONGEST_STALL} ms, got ${milliseconds}: longer, and the guardian could not tell it from death. Stall in turns instead.`,
      );
    }
    await this.#armed?.extend(milliseconds);
  }

  occupied(occupied: boolean): void {
    this.#armed?.hold(occupied);
  }

  acknowledge(epoch: number): void {
    this.#armed?.acknowledge(epoch);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const armed = this.#armed;
    this.#armed = undefined;
    await armed?.dismiss();
  }

  #arm(): Promise<ArmedGuardian> {
    this.#arming ??= this.#launch().finally(() => {
      this.#arming = undefined;
    });
    return this.#arming;
  }

  async #launch(): Promise<ArmedGuardian> {
    const { terms, log, emit, onLapsed } = this.#options;
    if (this.#closed) throw engineClosed();
    const entry = guardianEntry();
    const launch: GuardianLaunch = { state: terms.state, entry, nodeFlags: nodeFlags(entry) };
    const launcher = await this.#choose(launch);
    const hello = { say: 'hello' as const, ...terms, plugins: this.#recoverable() };
    const running = await launcher.launch(launch);
    const armed = await ArmedGuardian.arm({ running, hello, log, onLapsed, onLost: (reason) => this.#lost(reason) });
    this.#armed = armed;
    armed.hold(this.#options.live() > 0);
    emit('guardian:armed', { pid: armed.pid ?? null, launcher: launcher.name, types: armed.types });
    return armed;
  }

  #recoverable(): { name: string; module: string; options: ChaosPlugin['options'] }[] {
    return this.#options.plugins.flatMap((plugin) => {
      const module = recoverableModule(plugin);
      if ('url' in module) return [{ name: plugin.name, module: module.url, options: plugin.options }];
      this.#unloadable.set(plugin.name, module.reason);
      return [];
    });
  }

  async #choose(launch: GuardianLaunch): Promise<GuardianLauncher> {
    if (this.#launcher !== undefined) return this.#launcher;
    const { choice, plugins } = this.#options;
    if (typeof choice === 'object') return this.#settleOn(choice);
    if (choice === 'process' || !isWithinContainer()) return this.#settleOn(processGuardian());
    const reasons: string[] = [];
    for (const { guardian } of plugins) {
      if (guardian === undefined) continue;
      const { applies, reason } = await guardian.applies(launch);
      if (applies) return this.#settleOn(guardian);
      reasons.push(`${guardian.name}: ${reason}`);
    }
    const reason = reasons.length > 0 ? reasons.join('; ') : 'no plugin offers a guardian that outlives it';
    const remedy =
      "Mount the Docker socket and the state folder into the container, or say guardian: 'process' to accept the risk.";
    this.#weaker = { reason, remedy };
    this.#options.emit('engine:degraded', {
      guarantee: 'faults are reverted although this container was killed',
      reason,
      remedy,
    });
    return this.#settleOn(processGuardian());
  }

  #settleOn(launcher: GuardianLauncher): GuardianLauncher {
    this.#launcher = launcher;
    return launcher;
  }

  #lost(reason: string): void {
    this.#armed = undefined;
    if (this.#closed) return;
    this.#losses += 1;
    const { emit, live, onAbandoned, log } = this.#options;
    emit('guardian:lost', { reason, live: live() });
    if (live() === 0) return;
    if (this.#losses > REARM_LIMIT) {
      onAbandoned();
      return;
    }
    this.#arm().catch((error: unknown) => {
      log.error(
        { reason: messageOf(error), code: isChaosError(error) ? error.code : null },
        'the guardian could not be re-armed',
      );
      onAbandoned();
    });
  }
}
