import { type FileHandle, open, stat } from 'node:fs/promises';
import { syncDirectory } from './durable-file.ts';
import { type Layout, segmentPath } from './layout.ts';

/** Appends to one segment file. */
export class SegmentWriter {
  readonly base: number;
  readonly path: string;
  readonly #file: FileHandle;
  #length: number;

  private constructor(base: number, path: string, file: FileHandle, length: number) {
    this.base = base;
    this.path = path;
    this.#file = file;
    this.#length = length;
  }

  /** Opens the segment that begins with entry `base`, making it when it is missing. */
  static async open(layout: Layout, base: number): Promise<SegmentWriter> {
    const path = segmentPath(layout, base);
    const file = await open(path, 'a', 0o644);
    // The name must be durable before the first commit is acknowledged.
    await syncDirectory(layout.segments);
    return new SegmentWriter(base, path, file, (await stat(path)).size);
  }

  /** Bytes. */
  get length(): number {
    return this.#length;
  }

  /** Resolves when the bytes are on the disk. After an error nothing is known about them. */
  async append(bytes: Uint8Array): Promise<void> {
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, written, bytes.length - written);
      written += bytesWritten;
    }
    await this.#file.datasync();
    this.#length += bytes.length;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
