import { readFileSync } from 'node:fs';
import { ChaosEngine } from '@bridge/chaos-core';
import { type FaultEngine, importChaosToolkit, type Mode, runChaosToolkit } from '@bridge/chaos-toolkit';

// A host process for the tests of signals: runs the files of a list one after the other and says what came of each. Says
// `waiting` when the activity of that name starts, and then stands still until a signal comes.

const [list = '', state = ''] = process.argv.slice(2);

function say(what: unknown): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

function hook(activity: { readonly [key: string]: unknown }): void {
  if (activity['name'] === 'waiting') say({ waiting: true });
}

async function runAll(engine?: FaultEngine): Promise<void> {
  const files: { file: string; mode: Mode }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { file, mode } of files) {
    const { journal, exitCode, findings } = await runChaosToolkit(await importChaosToolkit(file), {
      mode,
      globalControls: [{ name: 'waiting', module: { beforeActivity: hook } }],
      ...(engine === undefined ? {} : { engine }),
    });
    const { status, run, rollbacks } = journal;
    say({ exitCode, status, run: run.map((entry) => entry.status ?? null), rollbacks: rollbacks.length, findings });
  }
}

if (state === '') {
  await runAll();
} else {
  const { processes } = await import('@bridge/chaos-injectors');
  // Node 22 runs this file as it is, and has no `using`.
  const engine = new ChaosEngine({ plugins: [processes()], armed: true, state });
  try {
    await engine.start();
    await runAll(engine);
  } finally {
    await engine.close();
  }
}
