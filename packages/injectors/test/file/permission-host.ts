import { chown, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { files } from '../../src/file/plugin.ts';
import { faultContext } from '../fault-context.ts';
import { fileTarget } from './file-harness.ts';
import { hostFault } from './host-fault.ts';

/** Holds and undoes `file.permission` as an owner who is not root, and prints what it saw. */
const NOBODY = 65_534;
const [root = '', kind = '', mode = ''] = process.argv.slice(2);
const path = join(root, 'it');
await (kind === 'folder' ? mkdir(path, { mode: 0o750 }) : writeFile(path, 'it', { mode: 0o640 }));
if (process.geteuid?.() === 0) {
  await chown(path, NOBODY, NOBODY);
  await chown(root, NOBODY, NOBODY);
  process.setegid?.(NOBODY);
  process.seteuid?.(NOBODY);
}
const context = faultContext();
const { permission } = hostFault(root);
const look = async () => [(await stat(path)).mode & 0o7777, await permission.observe(undo, context)];
const target = await fileTarget(files({ roots: [root] }), path);
const undo = await permission.prepare(target, { mode }, context);
await permission.inject(target, { mode }, undo, context);
const during = await look();
await permission.revert(undo, context);
process.stdout.write(JSON.stringify({ during, after: await look() }));
