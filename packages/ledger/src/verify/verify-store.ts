import { TILE_WIDTH } from '../merkle/tiles.ts';
import type { LogStore } from '../store/log-store.ts';
import type { VerifyReport } from './report.ts';
import { verifyLog } from './verify-log.ts';
import type { VerifyOptions } from './verify-options.ts';

/** Verifies an open log through its store: a database, or the memory of a test. Streams. */
export async function verifyStore(store: LogStore, options: VerifyOptions = {}): Promise<VerifyReport> {
  const { size, first } = await store.head();
  const { roots } = await store.ranges();
  const names = (await store.state.names()).filter((name) => name.startsWith('anchor.'));
  const kept = await Promise.all(names.map((name) => store.state.get(name)));
  const log = {
    origin: store.origin,
    start: roots.frontier(first / TILE_WIDTH),
    keys: store.keys(),
    entries: store.read(first, size),
    checkpoints: store.checkpoints(first, size),
    kept: kept.filter((note) => note !== undefined),
  };
  return verifyLog(log, options);
}
