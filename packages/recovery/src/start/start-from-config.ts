import {
  type ChaosEngine,
  loadRuntimeConfig,
  type Plugins,
  type RuntimeConfig,
  silentLogger,
  systemClock,
} from '@bridge/chaos-core';
import { EventFeed } from '../event/event-feed.ts';
import type { Watchtower } from '../watchtower/watchtower.ts';
import { verifyTogether } from './requirements.ts';
import { RunningParts } from './running-parts.ts';
import { RunningSystem } from './running-system.ts';
import type { RuntimeEvents } from './runtime-events.ts';
import type { Scene } from './scene.ts';
import { startChaos } from './start-chaos.ts';
import { startEngine } from './start-engine.ts';
import { startForwarding } from './start-forwarding.ts';
import { startMonitors } from './start-monitors.ts';
import type { StartOptions } from './start-options.ts';
import { startReplica } from './start-replica.ts';
import { startWatchtower } from './start-watchtower.ts';

/**
 * Starts what the configuration turns on, in this order: forwarding, heartbeat and election, the engine, the watchtower,
 * monitors, the monkey. With everything off nothing runs: no timer, no handle, no process; only faults that a former
 * life left in the state folder are undone, whatever is off.
 *
 * Nothing is started when the configuration is bad, or wants what the host did not give; when a part cannot start, those
 * before it are closed again.
 *
 * @throws {ChaosError} CHAOS_CONFIGURATION_INVALID, or what the part that cannot start throws.
 *
 * @example
 * await using system = await startFromConfig({ plugins: [containers()], ledger });
 * system.parts;       // [{ part: 'watchtower', state: 'inert', why: 'no Docker at …' }, …]
 */
export async function startFromConfig<const Ps extends Plugins>(options: StartOptions<Ps>): Promise<RunningSystem<Ps>> {
  const { logger: log = silentLogger, clock = systemClock } = options;
  const config = await configOf(options);
  verifyTogether(config, options);
  const parts = new RunningParts(log);
  const feed = new EventFeed<RuntimeEvents>(clock, log);
  const scene: Scene<Ps> = { options, config, parts, feed, clock, log };
  // The engine's guard asks the watchtower, which tells the engine: it is looked up when asked.
  let watchtower: Watchtower | undefined;
  try {
    await startForwarding(scene);
    const replica = startReplica(scene);
    const engine = await startEngine(scene, replica, () => watchtower?.status.targets ?? []);
    watchtower = await startWatchtower(scene, replica, engine);
    await startMonitors(scene, engine);
    const schedules = await startChaos(scene, replica, engine);
    const system = new RunningSystem({ ...scene, ...replica, engine, watchtower, schedules });
    announce(scene, engine);
    return system;
  } catch (error) {
    await parts.close().catch(() => undefined);
    throw error;
  }
}

async function configOf({ config = {} }: Pick<StartOptions, 'config'>): Promise<RuntimeConfig> {
  return 'settings' in config ? config : await loadRuntimeConfig(config);
}

/** As an event, in the log, and in the engine's own record. */
function announce<Ps extends Plugins>({ parts, feed, log }: Scene<Ps>, engine: ChaosEngine<Ps> | undefined): void {
  const { all } = parts;
  feed.emit('runtime:started', { parts: all });
  for (const { part, state, why } of all) log.info({ part, state, why }, 'started from the configuration');
  engine?.log('started from the configuration', { parts: all.map((part) => ({ ...part })) });
}
