import {
  blastRadiusGuard,
  ChaosError,
  type FaultIntent,
  type Guard,
  type GuardOpinion,
  type JournalRecord,
  refusalError,
  sameTarget,
  type Target,
  type World,
} from '@bridge/chaos-core';
import { type FleetFault, targetOf } from './fleet-faults.ts';

/** How much may be broken at once by all replicas together; what `safety` says holds within each of them. */
export interface FleetLimits {
  /** Most faults alive at once. Default 5. */
  readonly maxActiveFaults: number;
  /** Largest share of a group, 0 to 1, that may be under fault at once. Default 0.5. */
  readonly maxShareOfGroup: number;
  /** Fewest members of a group that must stay alive without a fault. Default 0. */
  readonly minHealthy: number;
}

export const FLEET_LIMITS: FleetLimits = { maxActiveFaults: 5, maxShareOfGroup: 0.5, minHealthy: 0 };

const RULE = 'fleet-limits';

/** What a guard saw of an intent that may come to be injected. */
interface Considered {
  readonly intent: FaultIntent;
  readonly world: World;
  readonly members: readonly Target[];
}

function keyOf({ kind, id, startedAt }: Pick<Target, 'kind' | 'id' | 'startedAt'>): string {
  return JSON.stringify([kind, id, startedAt]);
}

function fleetWorld({ world, members }: Considered, faults: readonly FleetFault[]): World {
  const targets = faults.map(({ record }) => ({
    id: record.id,
    type: record.type,
    target: targetOf(record),
    since: 0,
  }));
  return {
    ...world,
    active: targets,
    group: async (target) => ({
      members,
      underFault: targets
        .map((fault) => fault.target)
        .filter((other) => sameTarget(other, target) || (other.kind === target.kind && other.group === target.group)),
    }),
  };
}

/**
 * The limits of the fleet: asked as a guard, so that plans and events know of them, and once more in the transaction that
 * records the fault, so that two replicas that ask at the same time cannot both be right.
 */
export class FleetGate {
  readonly guard: Guard;
  readonly #limits: Guard;
  readonly #considered = new Map<string, Considered>();

  constructor(limits: FleetLimits, faultsNow: () => Promise<readonly FleetFault[]>) {
    this.#limits = blastRadiusGuard(limits);
    this.guard = {
      rule: RULE,
      check: async (intent, world) => {
        const { target } = intent;
        const members = target.group === undefined ? [] : (await world.group(target)).members;
        const considered = { intent, world, members };
        if (world.purpose === 'injection') this.#considered.set(keyOf(target), considered);
        return this.#opinion(considered, await faultsNow());
      },
    };
  }

  /** Throws when a fault of this record would break a limit of the fleet, or meets another replica's on its target. */
  async admit(fault: Omit<FleetFault, 'number'>, faults: readonly FleetFault[]): Promise<void> {
    const { record } = fault;
    const key = keyOf(record.target);
    const other = faults.find((candidate) => candidate.owner !== fault.owner && isOnOneThing(candidate, fault));
    if (other !== undefined) throw overlap(record, other);
    const considered = this.#considered.get(key);
    if (considered === undefined) throw notAsked(record);
    this.#considered.delete(key);
    const opinion = await this.#opinion(considered, faults);
    if (!opinion.allowed) throw refusalError(opinion, considered.intent);
  }

  async #opinion(considered: Considered, faults: readonly FleetFault[]): Promise<GuardOpinion> {
    const opinion = await this.#limits.check(considered.intent, fleetWorld(considered, faults));
    return { ...opinion, rule: RULE };
  }
}

/** Ids are unique within a realm; together with the start they are anywhere. */
function isOnOneThing(one: Omit<FleetFault, 'number'>, other: Omit<FleetFault, 'number'>): boolean {
  const [a, b] = [one.record.target, other.record.target];
  return a.kind === b.kind && a.id === b.id && (one.realm === other.realm || a.startedAt === b.startedAt);
}

function overlap({ type, target }: JournalRecord, { record }: FleetFault): ChaosError {
  return new ChaosError(
    'CHAOS_FAULT_OVERLAP',
    `${type} on ${target.name}: expected no fault of another replica there, but ${record.type} (${record.id}) is. ` +
      'Wait until it is reverted.',
    { details: { fault: record.id } },
  );
}

function notAsked({ type, target }: JournalRecord): ChaosError {
  return new ChaosError(
    'CHAOS_OPTIONS_INVALID',
    `${type} on ${target.name}: the limits of the fleet were not asked. Give \`guards: [federation.guard]\` to the engine ` +
      'that has `sharedJournal: federation.journal`.',
  );
}
