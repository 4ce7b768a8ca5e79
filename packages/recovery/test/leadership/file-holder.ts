/** Takes a lease, says its term, and keeps it until it is killed. */
import { fileLeases } from '../../src/leadership/file-leases.ts';

const [directory = ''] = process.argv.slice(2);
const answer = await fileLeases({ directory }).acquire({ name: 'tower', holder: 'holder/1', ttl: 1_000 });
if (!answer.acquired) throw new Error('expected the lease to be free');
process.stdout.write(`${answer.term}\n`);
setInterval(() => undefined, 60_000);
