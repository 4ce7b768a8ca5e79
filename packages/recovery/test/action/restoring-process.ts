/** Restores a file, until it is killed. */
import { systemClock } from '@bridge/chaos-core';
import { restoreSnapshot } from '../../src/action/file/restore-snapshot.ts';
import { SnapshotStore } from '../../src/snapshot/snapshot-store.ts';

const [folder = '', undo = ''] = process.argv.slice(2);
const action = restoreSnapshot('restore_file', new SnapshotStore(folder, systemClock));
const context = { signal: new AbortController().signal, clock: systemClock, log: console, idempotencyKey: 'key' };
await action.run(action.options.parse({ snapshot: 'model' }), action.undo.parse(JSON.parse(undo)), context);
