import { isDeepStrictEqual } from 'node:util';
import { type AnyChaosEvent, lineOf } from '@bridge/chaos-core';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { EVERYTHING, loadPlugins } from '../config/load-plugins.ts';
import { patience } from '../config/patience.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { control } from '../host/control.ts';
import { engineOf } from '../host/host.ts';
import { recordedPlugins } from '../host/recorded-plugins.ts';
import { exists, type LiveEntry, liveEntries, owner } from '../host/state-of.ts';
import { stopMark } from '../host/stop-mark.ts';
import { untilClean } from '../host/until-clean.ts';
import { userName } from '../host/user-name.ts';
import { painter } from '../terminal/colour.ts';
import type { Io } from '../terminal/io.ts';
import { print } from '../terminal/print.ts';
import { entryLine } from '../view/entry-line.ts';
import type { StopOptions } from './stop.ts';

/**
 * Undoes everything in a state folder, now. What dead engines left is undone from the journal. An engine that is at work
 * is told to revert by the emergency stop, which is lifted afterwards: unless something is left, or somebody else engaged
 * it before or meanwhile.
 */
export async function revert(io: Io, options: StopOptions): Promise<ExitCode> {
  const config = await loadConfig(io.cwd, options);
  const before = await liveEntries(config.state);
  const holder = await owner(config.state);
  const told: AnyChaosEvent[] = [];
  if (holder !== undefined) await revertThroughOwner(io, options);
  else if (await exists(config.state)) told.push(...(await revertOrphans(config, before)));
  const left = await liveEntries(config.state);
  print(io, options.json, { engine: holder ?? null, found: before.length, left, events: told }, () =>
    lines(io, before, left, told),
  );
  return left.length === 0 ? EXIT.passed : EXIT.leaked;
}

async function revertThroughOwner(io: Io, options: StopOptions): Promise<void> {
  const within = patience('--within', options.within);
  const { state, engine } = await control(io.cwd, options);
  const before = await stopMark(state);
  const wasEngaged = engine.status().emergencyStop.engaged;
  await engine.emergencyStop('chaos revert', { actor: userName(io.env) });
  const ours = await stopMark(state);
  const left = await untilClean(state, within);
  const isOurs =
    ours.engagements === before.engagements + 1 && isDeepStrictEqual(ours, await stopMark(state)) && !wasEngaged;
  if (isOurs && left.length === 0) await engine.release('chaos revert is done', { actor: userName(io.env) });
}

/** Starting an engine undoes what former ones left, and waits for a guardian that is at it. */
async function revertOrphans(config: LoadedConfig, entries: readonly LiveEntry[]): Promise<readonly AnyChaosEvent[]> {
  const recorded = await recordedPlugins(config.state, entries);
  const names = new Set(recorded.map(({ name }) => name));
  const others = entries.length === 0 ? [] : await loadPlugins(config, EVERYTHING);
  const plugins = [...recorded, ...others.filter(({ name }) => !names.has(name))];
  const told: AnyChaosEvent[] = [];
  await using engine = engineOf(config, plugins, { armed: false });
  for (const type of ['fault:orphan', 'fault:leaked', 'journal:damaged'] as const) {
    engine.on(type, (event) => void told.push(event));
  }
  await engine.start();
  return told;
}

function lines(
  io: Io,
  before: readonly LiveEntry[],
  left: readonly LiveEntry[],
  told: readonly AnyChaosEvent[],
): readonly string[] {
  const paint = painter(io.out);
  const events = told.map((event) => lineOf(event));
  if (left.length > 0) return [...events, paint('red', 'NOT PROVEN UNDONE:'), ...left.map(entryLine)];
  return [...events, paint('green', before.length === 0 ? 'nothing to undo' : 'everything is proven undone')];
}
