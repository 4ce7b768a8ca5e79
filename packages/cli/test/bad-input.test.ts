import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../src/main.ts';
import { brokenInputs } from './support/broken-inputs.ts';
import { startChaos } from './support/chaos-process.ts';
import { memoryIo } from './support/memory-io.ts';
import { workspace } from './support/workspace.ts';

const SEED = 20_261_122;
const inputs = brokenInputs(200, SEED);
/** Far below what an alias bomb or a nesting of thousands would take. */
const HEAP = ['--max-old-space-size=128'];

describe('a broken experiment', () => {
  // What reads them is the same for all three.
  test.each([
    ['run', 200],
    ['validate', 40],
    ['plan', 40],
  ] as const)('ends `chaos %s` with 2 and one error (%i of them)', { timeout: 300_000 }, async (command, count) => {
    await using folder = await workspace();
    for (const { name, bytes } of inputs.slice(0, count)) {
      const file = join(folder.path, 'broken.yaml');
      await writeFile(file, bytes);
      const io = memoryIo({ cwd: folder.path });
      const code = await main([command, 'broken.yaml', '--json'], io);
      expect({ name, code, out: io.written.out().slice(0, 300) }).toMatchObject({ name, code: 2 });
      const said: unknown = JSON.parse(io.written.out());
      const { error } = Array.isArray(said) ? said[0] : said;
      expect({ name, error }).toMatchObject({
        error: { code: expect.stringMatching(/^CHAOS_/), message: expect.stringMatching(/expected|got/) },
      });
      expect(io.written.out().length).toBeLessThan(20_000);
    }
  });

  test('takes a process little memory, and writes nothing that moves a terminal', { timeout: 300_000 }, async () => {
    await using folder = await workspace();
    for (const { name, bytes } of inputs.slice(0, 12)) {
      await writeFile(join(folder.path, 'broken.yaml'), bytes);
      const { code, stderr, stdout } = await startChaos(folder.path, ['run', 'broken.yaml'], HEAP).ended;
      expect({ name, code, stdout, stderr: stderr.slice(0, 300) }).toMatchObject({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^error CHAOS_/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through
      expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
    }
  });
});
