import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@bridge/chaos-core';
import {
  type PlaybookEngine,
  playbooks,
  type SignalSink,
  SnapshotStore,
  shippedPlaybooks,
  standardActions,
  type Trigger,
  type TriggerMonitor,
  triggers,
} from '@bridge/chaos-recovery';
import { noteBook, rankingLoader, reviewingAgent } from './repairs.ts';
import type { Storefront } from './system/start-storefront.ts';
import { storefrontTriggers } from './triggers.ts';

export interface HealingOptions {
  /** Hears what is noticed and done: the chaos engine. */
  readonly signals: SignalSink;
  /** Which of the triggers are looked with. Default: all. */
  readonly choose?: (trigger: Trigger) => boolean;
}

/** The storefront's own repair: triggers that look, playbooks that mend. It knows nothing of faults. */
export interface Healing extends AsyncDisposable {
  readonly monitor: TriggerMonitor;
  readonly playbooks: PlaybookEngine;
}

/** Starts to look and to mend. Takes snapshots of what can be restored first: start it while all is well. */
export async function startHealing(
  system: Storefront,
  { signals, choose = () => true }: HealingOptions,
): Promise<Healing> {
  const { paths, services, workers } = system;
  const store = new SnapshotStore(paths.snapshots, systemClock);
  const snapshots = {
    config: await store.take('config', paths.config),
    model: await store.take('model', paths.model),
    label: await store.take('label', paths.label),
  };
  const reviewed = await Promise.all(
    [paths.pricing, paths.packing].map(async (file) => [file, await readFile(file, 'utf8')] as const),
  );
  await using started = new AsyncDisposableStack();
  const actions = standardActions({
    services,
    workers,
    snapshots: store,
    codingAgent: reviewingAgent(new Map(reviewed)),
    tracker: noteBook(),
    loadModel: rankingLoader(snapshots.model),
  });
  const engine = started.use(
    await playbooks({
      // One trouble after another is what drills are: the usual pause between two runs would be in their way.
      playbooks: (await shippedPlaybooks()).map((one) => ({ ...one, coolDown: 0, escalate: { runs: 1_000, per: 1 } })),
      actions,
      folder: join(system.folder, 'playbook-runs'),
      signals,
    }),
  );
  const chosen = storefrontTriggers(system, snapshots).filter(choose);
  const monitor = started.use(triggers({ triggers: chosen, handler: engine, signals }));
  const healing = started.move();
  return { monitor, playbooks: engine, [Symbol.asyncDispose]: () => healing.disposeAsync() };
}
