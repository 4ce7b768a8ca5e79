/**
 * Random experiments beside Chaos Toolkit itself: `node -C @bridge/source bench/chaos-toolkit/main.ts [count] [seed]`.
 * Set CHAOS_TOOLKIT to its `chaos` command (`python3 -m venv v && v/bin/pip install chaostoolkit jsonpath2`).
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ChaosError, type Json, type JsonObject, seededRandom } from '@bridge/chaos-core';
import { importChaosToolkit, runChaosToolkit } from '@bridge/chaos-toolkit';
import { peerRun, peerVersion } from './peer.ts';
import { randomExperiment } from './random-experiment.ts';

const chaos = process.env['CHAOS_TOOLKIT'] ?? 'chaos';
const count = Number(process.argv[2] ?? 100);
const seed = process.argv[3] ?? '1';

/** What must be the same: everything but times, platform and the wording of errors. */
function outcome(exitCode: number, journal: Json, undone: boolean): Json {
  const without = (value: Json | undefined): Json => {
    if (Array.isArray(value)) return value.map(without);
    if (typeof value !== 'object' || value === null) return value ?? null;
    const dropped = ['start', 'end', 'duration', 'exception', 'platform', 'node', 'chaoslib-version'];
    const kept = Object.entries(value).filter(([key]) => !dropped.includes(key));
    return Object.fromEntries(kept.map(([key, member]) => [key, without(member)]));
  };
  return { exitCode, undone, journal: without(journal) };
}

async function ours(json: JsonObject): Promise<{ exitCode: number; journal: Json }> {
  try {
    const { journal, exitCode } = await runChaosToolkit(await importChaosToolkit({ json }), { mode: 'compat' });
    return { exitCode, journal: JSON.parse(JSON.stringify(journal)) };
  } catch (error) {
    if (error instanceof ChaosError) return { exitCode: 1, journal: null };
    throw error;
  }
}

async function compared(index: number): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-compare-'));
  const place = join(folder, 'world');
  try {
    const json = randomExperiment(seededRandom(`${seed}/${index}`), place);
    const file = join(folder, 'experiment.json');
    await writeFile(file, JSON.stringify(json));
    const outcomes: Json[] = [];
    for (const run of [() => ours(json), () => peerRun(chaos, file, join(folder, 'journal.json'))]) {
      await rm(place, { recursive: true, force: true });
      await mkdir(join(place, 'empty'), { recursive: true });
      await writeFile(join(place, 'f'), '');
      const { exitCode, journal } = await run();
      outcomes.push(outcome(exitCode, journal, existsSync(join(place, 'rb'))));
    }
    const agrees = isDeepStrictEqual(outcomes[0], outcomes[1]);
    if (!agrees) console.log(JSON.stringify({ index, json, ours: outcomes[0], peer: outcomes[1] }));
    return agrees;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const version = await peerVersion(chaos);
if (version === undefined) {
  console.log('peer absent: pip install chaostoolkit jsonpath2 into a virtual environment, CHAOS_TOOLKIT=…/bin/chaos');
} else {
  console.log(version);
  let agreed = 0;
  for (let index = 0; index < count; index += 1) if (await compared(index)) agreed += 1;
  console.log(`${agreed} of ${count} random experiments agree (seed ${seed})`);
}
