import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { faketimeLibrary } from '../faketime-library.ts';
import { docker } from './docker.ts';

const run = promisify(execFile);
const BUSYBOX = '/bin/busybox';
const FOLDERS = ['bin', 'etc', 'lib', 'lib64', 'proc', 'root', 'run', 'sys', 'tmp', 'usr/local/bin', 'var'];

/** An image with busybox (sh, sleep, nc, httpd, wget, …) and nothing else: about 2 MB. Made once per engine. */
export function testImage(host?: string): Promise<string> {
  return imageWith('bridge-chaos-test', [], host);
}

/** Like {@link testImage}, with the Node.js that runs the tests in `/usr/local/bin`: about 130 MB. */
export function nodeImage(host?: string): Promise<string> {
  return imageWith('bridge-chaos-test-node', [process.execPath], host);
}

/** Like {@link testImage}, with `date` and libfaketime in `/usr/local/bin`. Nothing can be preloaded into busybox's own. */
export function faketimeImage(host?: string): Promise<string> {
  return imageWith('bridge-chaos-test-faketime', ['/bin/date', faketimeLibrary()], host);
}

/**
 * An image with busybox and some of this machine's programs in `/usr/local/bin`, together with the shared libraries they
 * need. No registry is asked. The tag is a hash of the programs, so that an image is made once.
 *
 * @param programs absolute paths
 */
async function imageWith(name: string, programs: readonly string[], host?: string): Promise<string> {
  const tag = `${name}:${await contentHash([BUSYBOX, ...programs])}`;
  if ((await docker(['images', '--quiet', tag], host)) !== '') return tag;
  const folder = await mkdtemp(join(tmpdir(), 'bridge-chaos-image-'));
  try {
    const root = join(folder, 'root');
    await layOut(root, programs);
    const archive = join(folder, 'image.tar');
    await run('tar', ['--create', '--file', archive, '--directory', root, '.']);
    const settings = ['--change', 'ENV PATH=/usr/local/bin:/bin', '--change', 'CMD ["/bin/sh"]'];
    await docker(['import', ...settings, archive, tag], host);
    return tag;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function contentHash(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 12);
}

async function layOut(root: string, programs: readonly string[]): Promise<void> {
  for (const folder of FOLDERS) await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  await copyFile(BUSYBOX, join(root, BUSYBOX));
  const { stdout } = await run(BUSYBOX, ['--list']);
  const applets = stdout.split('\n').filter((applet) => applet !== '' && applet !== 'busybox');
  await Promise.all(applets.map((applet) => symlink(BUSYBOX, join(root, 'bin', applet))));
  for (const program of programs) await copyFile(program, join(root, 'usr/local/bin', basename(program)));
  const libraries = await Promise.all([BUSYBOX, ...programs].map(sharedLibraries));
  for (const library of new Set(libraries.flat())) {
    await mkdir(dirname(join(root, library)), { recursive: true });
    await copyFile(library, join(root, library));
  }
}

/** Absolute paths of the libraries a program is linked with, its loader included; none for a static program. */
async function sharedLibraries(program: string): Promise<string[]> {
  // ldd ends with 1 for a static program and says so on stdout or stderr.
  const { stdout } = await run('ldd', [program]).catch((error: { stdout?: string; code?: unknown }) => {
    if (error.code !== 1) throw error;
    return { stdout: '' };
  });
  return [...stdout.matchAll(/(?:=> |^\s*)(\/\S+)/gm)].flatMap(([, path]) => path ?? []);
}
