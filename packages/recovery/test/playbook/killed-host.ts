import { writeFile } from 'node:fs/promises';
import { playbooks } from '../../src/index.ts';
import { counted, fixPlaybook } from './killed-scene.ts';
import { expectValue, SIGNAL, writeValue } from './scene.ts';

/** Runs a playbook whose action stands still before or after its work, to be killed there. */
const [folder = '', file = '', log = '', stop = ''] = process.argv.slice(2);

const standStill = async (): Promise<never> => {
  process.stdout.write('standing still\n');
  // Keeps the process alive.
  setInterval(() => {}, 60_000);
  return await new Promise(() => {});
};

const standing = counted(log, {
  ...writeValue,
  async run({ file, value }) {
    if (stop === 'before') await standStill();
    await writeFile(file, value);
    return await standStill();
  },
});
const engine = await playbooks({ playbooks: [fixPlaybook(file)], actions: [standing, expectValue], folder });
await engine.handle({ ...SIGNAL, data: { file } });
