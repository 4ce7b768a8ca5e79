import type { Plugins } from '@bridge/chaos-core';
import type { Scene } from './scene.ts';

/** First to begin and last to end, so that what the other parts record on their way out is sent on too. */
export async function startForwarding<Ps extends Plugins>({ config, options, parts }: Scene<Ps>): Promise<void> {
  if (config.forward.length === 0 || options.forward === undefined) {
    parts.off('forwarding', 'runtime.ledger.forward names nothing');
    return;
  }
  const forwarding = await options.forward(config.forward);
  parts.on('forwarding', config.forward.join(', '), async () => await forwarding[Symbol.asyncDispose]());
}
