import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  ChaosError,
  type Clock,
  type ExclusiveHold,
  exclusiveHolder,
  holdExclusively,
  isChaosError,
  systemClock,
} from '@bridge/chaos-core';
import { FileDeeds } from './file-deeds.ts';
import type { LeaderAction, LeaderActionOutcome, PastDeed } from './leadership.ts';
import type { Acquisition, Bid, Fenced, LeaseHolder, LeaseStore, Renewal, Tenure } from './lease-store.ts';

export interface FileLeasesOptions {
  /** On a local disk, shared by the processes of this machine. Keep it short: sockets are made inside. */
  readonly directory: string;
  readonly clock?: Clock;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Leases among the processes of one machine. The kernel frees a lease when its holder dies, so failover takes no TTL; a
 * holder that is only stopped keeps it for as long as it is stopped. That makes it as safe as a lease can be, and less
 * available than one in PostgreSQL.
 */
export function fileLeases(options: FileLeasesOptions): LeaseStore {
  return new FileLeases(options);
}

class FileLeases implements LeaseStore {
  readonly #directory: string;
  readonly #clock: Clock;
  /** By holder, which is unique. */
  readonly #holds = new Map<string, ExclusiveHold>();
  readonly #attending = new Map<string, ExclusiveHold>();

  constructor({ directory, clock = systemClock }: FileLeasesOptions) {
    this.#directory = resolve(directory);
    this.#clock = clock;
  }

  async acquire({ name, holder, ttl }: Bid): Promise<Acquisition> {
    await this.#attend(name, holder);
    await this.#drop(holder);
    const taken = await this.#take(name);
    if (taken === undefined) {
      const other = await this.current(name);
      return { acquired: false, term: other?.term ?? 0n, holder: other?.holder ?? null, retryIn: ttl };
    }
    this.#holds.set(holder, taken);
    await writeFile(join(this.#folder(name), 'holder'), JSON.stringify({ generation: taken.generation, holder }));
    await this.#deeds(name).tidy(this.#clock.wall());
    return { acquired: true, term: BigInt(taken.generation), alone: await this.#isAlone(name, holder) };
  }

  async renew({ name, holder }: Tenure): Promise<Renewal> {
    if (!(await this.#holds.get(holder)?.isHeld())) return { held: false };
    return { held: true, alone: await this.#isAlone(name, holder) };
  }

  async resign({ holder }: Tenure): Promise<void> {
    await this.#drop(holder);
  }

  async current(name: string): Promise<LeaseHolder | null> {
    const living = await exclusiveHolder(this.#folder(name));
    if (living === undefined) return null;
    const { generation, pid } = living;
    const named = await this.#holderOf(name, generation);
    return { holder: named ?? `process ${pid ?? 'unknown'}`, term: BigInt(generation), left: null };
  }

  async begin(tenure: Tenure, { key, what }: LeaderAction): Promise<Fenced> {
    if (!(await this.renew(tenure)).held) return { outcome: 'stale' };
    const { name, term, holder } = tenure;
    const deed = { key, what, term: String(term), holder };
    const id = await this.#deeds(name).begin(deed, this.#clock.wall());
    return id === undefined ? { outcome: 'repeated' } : { outcome: 'begun', id };
  }

  async finish(id: string, outcome: LeaderActionOutcome): Promise<void> {
    // The id is the deed's file, whichever lease it belongs to.
    await new FileDeeds(dirname(id)).finish(id, outcome);
  }

  async past(name: string, prefix: string, within: number): Promise<readonly PastDeed[]> {
    return await this.#deeds(name).past(prefix, within, this.#clock.wall());
  }

  async leave({ name, holder }: Bid): Promise<void> {
    await this.#drop(holder);
    await this.#attending.get(holder)?.[Symbol.asyncDispose]();
    this.#attending.delete(holder);
    await rm(this.#contender(name, holder), { recursive: true, force: true });
  }

  /** Shows the others that there is a witness; the kernel takes the sign down with the process. */
  async #attend(name: string, holder: string): Promise<void> {
    if (this.#attending.has(holder)) return;
    this.#attending.set(holder, await holdExclusively(this.#contender(name, holder)));
  }

  async #isAlone(name: string, holder: string): Promise<boolean> {
    const own = this.#contender(name, holder);
    for (const contender of await readdir(join(this.#folder(name), 'c'))) {
      const folder = join(this.#folder(name), 'c', contender);
      if (folder === own) continue;
      if ((await exclusiveHolder(folder)) !== undefined) return false;
    }
    return true;
  }

  async #take(name: string): Promise<ExclusiveHold | undefined> {
    if ((await exclusiveHolder(this.#folder(name))) !== undefined) return undefined;
    try {
      return await holdExclusively(this.#folder(name));
    } catch (error) {
      if (isChaosError(error, 'CHAOS_STATE_LOCKED')) return undefined;
      throw error;
    }
  }

  async #drop(holder: string): Promise<void> {
    await this.#holds.get(holder)?.[Symbol.asyncDispose]();
    this.#holds.delete(holder);
  }

  async #holderOf(name: string, generation: number): Promise<string | undefined> {
    try {
      const written: unknown = JSON.parse(await readFile(join(this.#folder(name), 'holder'), 'utf8'));
      if (typeof written !== 'object' || written === null) return undefined;
      if (!('generation' in written && 'holder' in written) || written.generation !== generation) return undefined;
      return typeof written.holder === 'string' ? written.holder : undefined;
    } catch (error) {
      // The holder has taken the lease and not yet signed, or is signing.
      if (isMissing(error) || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  #folder(name: string): string {
    if (/^[\w-]{1,40}$/.test(name)) return join(this.#directory, name);
    const message = `expected a lease name of at most 40 letters, digits, "_" and "-", got "${name}"`;
    throw new ChaosError('CHAOS_OPTIONS_INVALID', message);
  }

  #contender(name: string, holder: string): string {
    return join(this.#folder(name), 'c', digest(holder).slice(0, 8));
  }

  #deeds(name: string): FileDeeds {
    return new FileDeeds(join(this.#folder(name), 'deeds'));
  }
}
