import type { Condition, RestartRule, Sighting, WatchedTarget, WatchListener, WatchSource } from '../../src/index.ts';

interface Member {
  target: WatchedTarget;
  condition: Condition;
}

export const RUNNING: Condition = { is: 'running', health: 'none', checks: [], age: 3_600_000 };
export const STOPPED: Condition = { is: 'stopped', exitCode: 1, onPurpose: false };

/** Targets in memory, for what takes hours of virtual time. The containers of real engines are in the Docker tests. */
export class SimulatedSource implements WatchSource {
  readonly kind = 'simulated';
  readonly restarted: string[] = [];
  /** How often one target was looked at. */
  looks = 0;
  readonly #members = new Map<string, Member>();
  /** What a restarted target is like. */
  after: (name: string) => Condition = () => RUNNING;
  #listener: WatchListener | undefined;

  add(name: string, { group = name, restart = 'always' }: { group?: string; restart?: RestartRule } = {}): void {
    const target = { kind: 'simulated', id: name, name, group, labels: {}, startedAt: '1', restart, stopTimeout: 0 };
    this.#members.set(name, { target, condition: RUNNING });
  }

  /** It is so from now on, and the source tells. */
  become(name: string, condition: Condition): void {
    this.#of(name).condition = condition;
    this.#listener?.changed(name, 0);
  }

  remove(name: string): void {
    this.#members.delete(name);
    this.#listener?.changed(name, 0);
  }

  async watch(listener: WatchListener): Promise<void> {
    this.#listener = listener;
    listener.connected();
  }

  async list(): Promise<readonly Sighting[]> {
    return [...this.#members.values()].map((member) => ({ ...member }));
  }

  async look(id: string): Promise<Sighting | undefined> {
    this.looks += 1;
    const member = this.#members.get(id);
    return member === undefined ? undefined : { ...member };
  }

  async restart({ target }: Sighting): Promise<void> {
    const member = this.#of(target.id);
    this.restarted.push(target.name);
    member.target = { ...member.target, startedAt: String(Number(member.target.startedAt) + 1) };
    member.condition = this.after(target.name);
  }

  #of(name: string): Member {
    const member = this.#members.get(name);
    if (member === undefined) throw new Error(`no target ${name}`);
    return member;
  }
}
