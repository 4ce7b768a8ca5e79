import type { Clock } from '@bridge/chaos-core';
import { codeOf } from '../../probe/network-failure.ts';
import { livingProcess, type ProcessIdentity } from './process-identity.ts';

const LOOK_EVERY = 50;

/** Ends a process that was started in a session of its own, with all of it: SIGTERM, after `grace` ms SIGKILL. */
export async function endProcess(
  identity: ProcessIdentity,
  grace: number,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  if (!(await lives(identity))) return;
  send(identity.pid, 'SIGTERM');
  // One that was stopped does not get it otherwise.
  send(identity.pid, 'SIGCONT');
  const killAt = clock.now() + grace;
  for (let killed = false; await lives(identity); ) {
    if (!killed && clock.now() >= killAt) {
      send(identity.pid, 'SIGKILL');
      killed = true;
    }
    await clock.sleep(LOOK_EVERY, { signal });
  }
}

async function lives({ pid, started }: ProcessIdentity): Promise<boolean> {
  return (await livingProcess(pid))?.started === started;
}

/** To its group where it leads one: an adopted process may not. */
function send(pid: number, name: NodeJS.Signals): void {
  for (const receiver of [-pid, pid]) {
    try {
      process.kill(receiver, name);
      return;
    } catch (error) {
      // No such group, or it ended in the same moment.
      if (codeOf(error) !== 'ESRCH') throw error;
    }
  }
}
