/** A host service that breaks one folder in a federation, tells what happens to it, and goes on until it is killed. */
import { writeSync } from 'node:fs';
import { messageOf, systemClock } from '@bridge/chaos-core';
import { Replica } from './replica.ts';

const [host = '', schema = '', ttl = '', realm = '', folder = '', other = ''] = process.argv.slice(2);
const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);
process.on('unhandledRejection', (error) => say({ said: 'unhandled', reason: messageOf(error) }));

const replica = await Replica.start({
  node: 'doomed',
  database: { host },
  schema,
  ttl: Number(ttl),
  realm,
  limits: { maxShareOfGroup: 1 },
});
replica.federation.on(({ type }) => say({ said: type }));
replica.engine.on('engine:stale', () => say({ said: 'engine:stale' }));
replica.engine.on('fault:reverted', ({ data }) => say({ said: 'fault:reverted', cause: data.cause }));
while (replica.federation.state.peers.length < 2) await systemClock.sleep(20);
await replica.mark(folder);
say({ said: 'marked' });

// Told to go on, it tries to break another folder, as one that does not know how long it was away.
process.stdin.once('data', async () => {
  try {
    await replica.mark(other);
    say({ said: 'marked again' });
  } catch (error) {
    say({ said: 'refused', reason: messageOf(error) });
  }
});
