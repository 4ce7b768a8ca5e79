import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';

export interface FileWatchOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Milliseconds between looks. */
  readonly interval: number;
}

/**
 * Calls `look` when something changes in the files' folders, and every `interval` anyway: notices get lost on network and
 * overlay file systems, and a folder may not exist yet. Never keeps the process alive.
 */
export function watchFiles(files: readonly string[], look: () => void, options: FileWatchOptions): Disposable {
  const { clock, interval } = options;
  const folders = [...new Set(files.map((file) => dirname(file)))];
  const watchers = folders.flatMap((folder) => watchFolder(folder, look, options) ?? []);
  let timer: Disposable;
  const poll = (): void => {
    timer = clock.timer(interval, poll, { ref: false });
    look();
  };
  timer = clock.timer(interval, poll, { ref: false });
  return {
    [Symbol.dispose]: () => {
      timer[Symbol.dispose]();
      for (const watcher of watchers) watcher.close();
    },
  };
}

function watchFolder(folder: string, look: () => void, { log, interval }: FileWatchOptions): FSWatcher | undefined {
  const onError = (thrown: unknown): void =>
    log.debug({ folder, error: messageOf(thrown), interval }, 'the folder cannot be watched; it is polled only');
  try {
    const watcher = watch(folder, { persistent: false }, look);
    watcher.on('error', (error) => {
      watcher.close();
      onError(error);
    });
    return watcher;
  } catch (thrown) {
    onError(thrown);
    return undefined;
  }
}
