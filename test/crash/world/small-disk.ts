import { execFile } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PAGE = Buffer.alloc(4_096);

/** A file system of 256 KiB that can be filled to the last byte and made read-only. Needs root. */
export class SmallDisk implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<SmallDisk> {
    const path = await mkdtemp(join(tmpdir(), 'chaos-disk-'));
    await run('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'chaos-test', path]);
    return new SmallDisk(path);
  }

  /** Not one more byte can be written. */
  fill(): void {
    const file = openSync(join(this.path, 'filler'), 'a');
    try {
      for (;;) writeSync(file, PAGE);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(join(this.path, 'filler'));
  }

  async remount(mode: 'ro' | 'rw'): Promise<void> {
    await run('mount', ['-o', `remount,${mode}`, this.path]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Lazily: a guardian on its way out may still have its log open.
    await run('umount', ['--lazy', this.path]);
    await rmdir(this.path);
  }
}
