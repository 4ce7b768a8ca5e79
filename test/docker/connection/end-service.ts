import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';

/** Ends a service that a test started, if it has not ended, and then removes the folder it had for itself. */
export async function endService(service: ChildProcess, folder: string): Promise<void> {
  if (service.exitCode === null && service.signalCode === null) {
    const ended = once(service, 'exit');
    service.kill();
    await ended;
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
