/** A host service in a federation that breaks one container, says which processes carry it, and waits to be killed. */
import { writeSync } from 'node:fs';
import { ChaosEngine } from '@bridge/chaos-core';
import { containers, network } from '@bridge/chaos-injectors';
import { Federation } from '@bridge/chaos-recovery';
import { poolOf } from '../../../packages/recovery/test/postgres/federation-database.ts';

const [host = '', state = '', container = '', type = ''] = process.argv.slice(2);
const plugins = [containers(), network()] as const;
const federation = Federation.join({
  pool: poolOf({ host }),
  node: 'doomed',
  realm: 'one engine',
  ttl: 3_000,
  plugins,
});
const engine = new ChaosEngine({
  plugins,
  state,
  armed: true,
  guards: [federation.guard],
  sharedJournal: federation.journal,
});
await engine.start();
await federation.joined;
const target = { container };
if (type === 'container.pause') await engine.inject({ type, target, params: {} });
else await engine.inject({ type: 'network.disconnect', target, params: { address: 'any' } });
writeSync(1, `${JSON.stringify({ guardian: engine.status().guardian.pid })}\n`);
