import proxies from '../../src/proxy/plugin.ts';
import { faultContext } from './inject.ts';

/** Plays the guardian: reverts the record it is given, with a plugin built from its options alone. */
const [type, record] = process.argv.slice(2);
const fault = proxies().faults.find((candidate) => candidate.type === type);
if (fault === undefined) throw new Error(`no fault ${type}`);
const undo = fault.undo.parse(JSON.parse(record ?? ''));
const before = await fault.observe(undo, faultContext());
await fault.revert(undo, faultContext());
process.stdout.write(`${before} ${await fault.observe(undo, faultContext())}\n`);
