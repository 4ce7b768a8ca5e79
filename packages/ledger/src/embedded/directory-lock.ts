import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { ChaosError, messageOf } from '@bridge/chaos-core';

/**
 * Keeps a second writer out. The kernel holds the lock (an exclusive SQLite transaction is a POSIX file lock), so it is
 * free the moment its holder dies, also by SIGKILL, and there is no stale lock file to clean up. Works across
 * containers that share the folder, not across hosts on a network file system.
 */
export class DirectoryLock {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Throws `CHAOS_LEDGER_LOCKED` with the holder's pid. */
  static acquire(path: string): DirectoryLock {
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    } catch (cause) {
      database.close();
      throw new ChaosError(
        'CHAOS_LEDGER_LOCKED',
        `expected to be the only writer of ${path}, but ${holderOf(path)} holds it (${messageOf(cause)}); close it there, or open the ledger for reading`,
        { cause },
      );
    }
    writeFileSync(`${path}.owner`, String(process.pid));
    return new DirectoryLock(database);
  }

  release(): void {
    this.#database.close();
  }
}

function holderOf(path: string): string {
  try {
    return `process ${readFileSync(`${path}.owner`, 'utf8')}`;
  } catch {
    // The holder is between locking and writing down who it is.
    return 'another process';
  }
}
