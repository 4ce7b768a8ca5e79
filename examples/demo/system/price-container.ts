import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { docker } from './docker.ts';

const run = promisify(execFile);

/** A container that serves the price, on a port of the loopback address. */
export interface PriceContainer extends AsyncDisposable {
  readonly id: string;
  readonly name: string;
  readonly url: string;
}

/** Why there is no container, instead of one. */
export interface NoContainer {
  readonly reason: string;
}

/** Starts the container, or says why it cannot. Removes it, and the image made for it, at the end. */
export async function startPriceContainer(): Promise<PriceContainer | NoContainer> {
  try {
    await docker('version', '--format', '{{.Server.Version}}');
  } catch {
    return { reason: 'no Docker engine answers' };
  }
  const name = `bridge-chaos-demo-${process.pid}`;
  await using cleanup = new AsyncDisposableStack();
  try {
    await importImage(name);
    cleanup.defer(async () => void (await docker('rmi', '--force', name)));
    const id = await docker('run', '--detach', '--name', name, '--publish', '127.0.0.1::80', name);
    cleanup.defer(async () => void (await docker('rm', '--force', id)));
    const url = `http://${await docker('port', id, '80/tcp')}/`;
    const made = cleanup.move();
    return { id, name, url, [Symbol.asyncDispose]: () => made.disposeAsync() };
  } catch (error) {
    return { reason: `the container could not be started: ${String(error).trim()}` };
  }
}

/** From this machine's static busybox: no registry is asked. */
async function importImage(name: string): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'bridge-chaos-image-'));
  try {
    for (const folder of ['bin', 'www', 'proc', 'sys', 'dev', 'etc', 'tmp']) await mkdir(join(root, folder));
    await copyFile('/bin/busybox', join(root, 'bin/busybox'));
    await writeFile(join(root, 'www/index.html'), '{"price": 7}\n');
    const archive = join(root, 'image.tar');
    await run('tar', ['--create', '--file', archive, '--directory', root, '--exclude', './image.tar', '.']);
    await docker('import', '--change', 'CMD ["/bin/busybox","httpd","-f","-p","80","-h","/www"]', archive, name);
  } finally {
    await rm(root, { recursive: true });
  }
}
