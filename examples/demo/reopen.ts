import { ChaosEngine, lineOf } from '@bridge/chaos-core';
import { plugins } from './engine/plugins.ts';
import type { EngineSettings } from './messages.ts';
import type { View } from './view/view.ts';

/** A new engine on the dead one's state: says what the guardian did, and would revert whatever it left. True when clean. */
export async function reopen({ state, registry }: EngineSettings, view: View): Promise<boolean> {
  await using engine = new ChaosEngine({ plugins: plugins(registry), state });
  let clean = true;
  engine.on('fault:orphan', (event) => {
    view.line(`  ${lineOf(event)}`);
    if (event.data.outcome === 'leaked') clean = false;
  });
  await engine.start();
  return clean;
}
