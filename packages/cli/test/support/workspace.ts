import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own, gone with its scope, with two files in it that may be broken. */
export interface Workspace extends AsyncDisposable {
  readonly path: string;
  /** The file that users look at. */
  readonly seen: string;
  /** One that nobody looks at. */
  readonly other: string;
  write(name: string, text: string | Buffer): Promise<void>;
}

export async function workspace(): Promise<Workspace> {
  const path = await mkdtemp(join(tmpdir(), 'chaos-cli-'));
  const [seen, other] = [join(path, 'seen.txt'), join(path, 'other.txt')];
  const write = (name: string, text: string | Buffer): Promise<void> => writeFile(join(path, name), text);
  await write('seen.txt', 'seen');
  await write('other.txt', 'other');
  await write('chaos.config.yaml', JSON.stringify({ plugins: { files: { roots: [path] } } }));
  return {
    path,
    seen,
    other,
    write,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** Whether a file can be found. */
export function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
