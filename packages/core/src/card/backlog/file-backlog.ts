import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosError, messageOf } from '../../errors.ts';
import { writeDurably } from '../../state/durable-file.ts';
import { type BacklogItem, type BacklogSink, backlogItem } from './backlog-item.ts';

/** Keeps every item as a JSON file of its own in a folder; durable and never half-written. */
export function fileBacklog(folder: string): BacklogSink {
  return {
    name: `folder ${folder}`,
    async put({ item }) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeDurably(join(folder, `${item.id}.json`), `${JSON.stringify(item, undefined, 2)}\n`);
    },
    async items() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
      return Promise.all(names.map((name) => readItem(join(folder, name))));
    },
  };
}

async function readItem(path: string): Promise<BacklogItem> {
  const text = await readFile(path, 'utf8');
  try {
    return backlogItem.parse(JSON.parse(text));
  } catch (cause) {
    const message = `expected a backlog item in ${path}, got ${messageOf(cause)}. Mend the file or take it away.`;
    throw new ChaosError('CHAOS_BACKLOG_FAILED', message, { cause });
  }
}
