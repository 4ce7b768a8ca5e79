import { hostname } from 'node:os';
import type { ChaosEngine, Plugins } from '@bridge/chaos-core';
import { Watchtower } from '../watchtower/watchtower.ts';
import { RecoveryRecord } from './recovery-record.ts';
import type { Scene } from './scene.ts';
import type { Replica } from './start-replica.ts';

/** How long the report waits for the watchtower to find what it watches, ms. */
const PATIENCE = 5_000;

/** The watchtower: on unless it is turned off, and inert, with the reason, where nothing can be watched. */
export async function startWatchtower<Ps extends Plugins>(
  scene: Scene<Ps>,
  { leadership, node }: Replica,
  engine: ChaosEngine<Ps> | undefined,
): Promise<Watchtower | undefined> {
  const { config, options, parts, clock, log } = scene;
  if (!config.recovery) {
    parts.off('watchtower', 'runtime.health.recovery is false');
    return undefined;
  }
  const tower = new Watchtower({
    ...options.watch,
    ...(leadership === undefined ? {} : { leadership }),
    ...(engine === undefined ? {} : { signals: { signal: (signal) => engine.signal(signal) } }),
    enabled: true,
    clock,
    log,
  });
  const record = recordOf(scene, node);
  if (record !== undefined) tower.on((event) => record.note(event));
  parts.on('watchtower', 'looks for what to watch', async () => {
    await tower.close();
    await record?.flush();
  });
  const said = follow(scene, tower);
  tower.start();
  await said;
  return tower;
}

function recordOf<Ps extends Plugins>(
  { options: { ledger, engine }, clock, log }: Scene<Ps>,
  node: string | undefined,
): RecoveryRecord | undefined {
  if (ledger === undefined) return undefined;
  return new RecoveryRecord({ ledger, service: node ?? engine?.service ?? hostname(), clock, log });
}

/** Keeps the report up to date. Resolves when every source has said whether it can be watched, or does not in time. */
async function follow<Ps extends Plugins>({ parts, feed, clock }: Scene<Ps>, tower: Watchtower): Promise<void> {
  const heard = new Map<string, string | undefined>();
  const all = Promise.withResolvers<void>();
  const { length } = tower.status.sources;
  tower.on(({ type, data }) => {
    if (type !== 'watchtower:active' && type !== 'watchtower:inert') return;
    heard.set(data.source, 'reason' in data ? `${data.reason}; ${data.remedy}` : undefined);
    const watched = [...heard].flatMap(([source, problem]) => (problem === undefined ? [source] : []));
    const problems = [...heard].flatMap(([source, problem]) =>
      problem === undefined ? [] : [`${source}: ${problem}`],
    );
    const why = [...watched.map((source) => `watches every ${source} that asks for it`), ...problems].join('; ');
    const part = { part: 'watchtower', state: watched.length > 0 ? 'on' : 'inert', why } as const;
    parts.tell(part);
    feed.emit('runtime:part', part);
    if (heard.size >= length) all.resolve();
  });
  if (length === 0) {
    parts.tell({ part: 'watchtower', state: 'inert', why: 'there is nothing to watch: `watch.targets` names none' });
    return;
  }
  const waited = new AbortController();
  const late = clock.sleep(PATIENCE, { signal: waited.signal, ref: false }).catch(() => undefined);
  void Promise.race([all.promise, late]).then(() => waited.abort());
  await Promise.race([all.promise, late]);
}
