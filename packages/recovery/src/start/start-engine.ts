import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosEngine, type EngineOptions, type Guard, isChaosError, type Plugins } from '@bridge/chaos-core';
import type { WatchtowerStatus } from '../watchtower/watchtower.ts';
import { healthyServicesGuard } from './healthy-services.ts';
import type { Scene } from './scene.ts';
import type { Replica } from './start-replica.ts';

type Watched = () => WatchtowerStatus['targets'];

/** The engine where chaos is on. Where it is off, one that only undoes what a former life left, if there is anything. */
export async function startEngine<Ps extends Plugins>(
  scene: Scene<Ps>,
  replica: Replica,
  watched: Watched,
): Promise<ChaosEngine<Ps> | undefined> {
  const { config, parts } = scene;
  const options = engineOptions(scene, replica, watched);
  if (!config.chaos.enabled) {
    parts.off('engine', `runtime.health.chaos.enabled is false${await undoLeftovers(options)}`);
    return undefined;
  }
  const engine = new ChaosEngine<Ps>(options);
  parts.on('engine', 'armed', () => engine.close());
  await engine.start();
  replica.federation?.attach(engine);
  return engine;
}

function engineOptions<Ps extends Plugins>(
  { options, config, clock, log }: Scene<Ps>,
  { federation }: Replica,
  watched: Watched,
): EngineOptions<Ps> {
  const { approve, ledger, plugins } = options;
  const { minHealthyServices } = config;
  const guards: Guard[] = [
    ...(options.engine?.guards ?? []),
    ...(minHealthyServices === null ? [] : [healthyServicesGuard(minHealthyServices, watched)]),
    ...(federation === undefined ? [] : [federation.guard]),
  ];
  return {
    ...options.engine,
    ...config.engine,
    plugins,
    safety: { ...config.engine.safety, ...(approve === undefined ? {} : { approve }) },
    guards,
    ...(federation === undefined ? {} : { sharedJournal: federation.journal }),
    ...(ledger === undefined ? {} : { ledger }),
    clock,
    logger: log,
  };
}

/** Opens and closes an engine that cannot inject: starting is what undoes. Answers what to add to the report. */
async function undoLeftovers<Ps extends Plugins>(options: EngineOptions<Ps>): Promise<string> {
  if (!(await hasLeftovers(options.state ?? '.chaos'))) return '';
  const engine = new ChaosEngine<Ps>({ ...options, armed: false });
  let orphans = 0;
  engine.on('engine:started', ({ data }) => {
    orphans = data.orphans;
  });
  try {
    await engine.start();
    return `; ${orphans} fault(s) of a former life were dealt with`;
  } catch (error) {
    // Whoever holds the folder is alive and looks after it.
    if (!isChaosError(error, 'CHAOS_STATE_LOCKED')) throw error;
    return '; another engine holds the state folder';
  } finally {
    await engine.close();
  }
}

async function hasLeftovers(state: string): Promise<boolean> {
  try {
    return (await readdir(join(state, 'live'))).length > 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
