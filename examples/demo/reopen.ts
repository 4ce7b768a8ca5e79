import { ChaosEngine, lineOf } from '@bridge/chaos-core';
import { openLedger, verify } from '@bridge/chaos-ledger';
import { plugins } from './engine/plugins.ts';
import type { Testimony } from './kill.ts';
import type { EngineSettings } from './messages.ts';
import type { View } from './view/view.ts';

/** A new engine on the dead one's state and ledger: says what the guardian did, and would revert whatever it left. */
export async function reopen(
  settings: EngineSettings,
  testimonies: readonly Testimony[],
  view: View,
): Promise<boolean> {
  const { state, registry, ledger: directory } = settings;
  const ledger = await openLedger({ directory });
  const engine = new ChaosEngine({ plugins: plugins(registry), state, ledger, service: 'demo' });
  let clean = true;
  engine.on('fault:orphan', (event) => {
    view.line(`  ${lineOf(event)}`);
    if (event.data.outcome === 'leaked') clean = false;
  });
  try {
    await engine.start();
    for (const { question, before, after, fineAfter } of testimonies) {
      engine.log('seen when the engine was killed', { question, before, after, fineAfter });
    }
  } finally {
    await engine.close();
    await ledger.close();
  }
  return clean;
}

/** Computes the ledger's hashes anew, and says whether it is whole. */
export async function verifyLedger(directory: string, view: View): Promise<boolean> {
  const { ok, size, integrity, completeness } = await verify({ directory });
  const { good, bad } = view.styles;
  const verdict = `${integrity.verdict}, ${completeness.verdict}`;
  view.line(`  ledger: ${size} entries, ${ok ? good(verdict) : bad(verdict)}`);
  return ok;
}
