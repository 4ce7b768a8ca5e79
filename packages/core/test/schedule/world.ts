import {
  ChaosEngine,
  type ChaosEvent,
  type ChaosEventType,
  type Deed,
  type DeedOrder,
  type MonkeyInput,
  monkey,
  type ScheduleHandle,
  type Target,
} from '@bridge/chaos-core';
import { memoryJournal, type VirtualClock, virtualClock } from '@bridge/chaos-core/testkit';
import { World as Folder } from '../guardian/world.ts';

/** What a deed of these tests was told to do, and when. */
export interface Done {
  readonly deed: string;
  readonly at: number;
  readonly order: DeedOrder;
}

/** A real engine in virtual time. Its deeds write down that they were done. */
export class ScheduleWorld implements AsyncDisposable {
  readonly clock: VirtualClock;
  readonly engine: ChaosEngine;
  readonly done: Done[] = [];
  readonly #folder: Folder;

  private constructor(folder: Folder, clock: VirtualClock, armed: boolean) {
    this.#folder = folder;
    this.clock = clock;
    this.engine = new ChaosEngine({
      plugins: [],
      armed,
      clock,
      state: folder.state,
      guardian: 'none',
      journal: memoryJournal(),
      signals: false,
      // The emergency-stop file is looked for in virtual time too, which is all that a year would be spent on.
      safety: { checkInterval: '30d' },
    });
  }

  static async make({ start = '2026-01-01T00:00:00Z', armed = true } = {}): Promise<ScheduleWorld> {
    const world = new ScheduleWorld(await Folder.make(), virtualClock({ start }), armed);
    await world.engine.start();
    return world;
  }

  /** A deed that takes its time, unless it is told to end. */
  deed(
    name: string,
    how: Partial<Deed> & { readonly takes?: number; readonly targets?: readonly Target[] } = {},
  ): Deed {
    const { takes = 0, targets = [targetNamed(name)], ...others } = how;
    return {
      name,
      kind: 'test',
      plan: async () => ({ targets, obstacles: [], lasts: takes }),
      perform: async (_host, order) => {
        this.done.push({ deed: name, at: this.clock.wall(), order });
        if (takes > 0) await this.clock.sleep(takes, { signal: order.signal });
        return { outcome: 'passed', detail: 'well', runs: [] };
      },
      ...others,
    };
  }

  begin(input: Partial<MonkeyInput> = {}): ScheduleHandle {
    const things = input.things ?? [{ deed: this.deed('a') }];
    return this.engine.schedule(monkey({ name: 'test', enabled: true, seed: 1, ...input, things }));
  }

  /** Payloads of the events of one type that the engine still remembers. */
  events<Type extends ChaosEventType>(type: Type): ChaosEvent<Type>['data'][] {
    return this.engine.recent().flatMap((event) => (isOf(event, type) ? [event.data] : []));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine.close();
    await this.#folder[Symbol.asyncDispose]();
  }
}

export function targetNamed(name: string, group?: string): Target {
  return {
    kind: 'thing',
    id: `id-${name}`,
    name,
    labels: {},
    startedAt: '0',
    ...(group === undefined ? {} : { group }),
  };
}

function isOf<Type extends ChaosEventType>(event: { readonly type: string }, type: Type): event is ChaosEvent<Type> {
  return event.type === type;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
