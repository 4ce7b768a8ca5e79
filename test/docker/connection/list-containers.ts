import { containers } from '@bridge/chaos-injectors';
import { faultContext } from '../container/harness.ts';

// Run as a process of its own: looks once through the hosts of the first argument and then has nothing left to do.
const [source] = containers(JSON.parse(process.argv[2] ?? '{}')).targets;
const found = await source.find({ nameMatches: '.' }, faultContext());
process.stdout.write(`${found.length > 0}\n`);
