import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContainer } from '../docker-engine/index.ts';

/** The container's own cgroup as the kernel shows it, read without the code under test. */
export async function groupOf(container: TestContainer) {
  const { Pid } = (await container.inspect()).State;
  const [, path = ''] = /^0::(.*)$/m.exec(readFileSync(`/proc/${Pid}/cgroup`, 'utf8')) ?? [];
  return groupAt(join('/sys/fs/cgroup', path.slice(0, path.indexOf(container.id) + container.id.length)));
}

export function groupAt(folder: string) {
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8').trimEnd();
  return {
    folder,
    read,
    /** A line of a file such as `cpu.stat`. */
    count(file: string, name: string): number {
      const [, value] = new RegExp(`^${name} (\\d+)$`, 'm').exec(read(file)) ?? [];
      if (value === undefined) throw new Error(`${file} of ${folder} has no ${name}.`);
      return Number(value);
    },
  };
}
