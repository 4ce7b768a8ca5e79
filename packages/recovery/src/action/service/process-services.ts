import { readFile } from 'node:fs/promises';
import { endProcess } from '../../watchtower/process/end-process.ts';
import { readPidFile } from '../../watchtower/process/pid-file.ts';
import type { ProcessIdentity } from '../../watchtower/process/process-identity.ts';
import { startProcess } from '../../watchtower/process/start-process.ts';
import {
  parseWatchedProcesses,
  type WatchedProcess,
  type WatchedProcessInput,
} from '../../watchtower/process/watched-process.ts';
import type { ActionContext } from '../action.ts';
import { failed } from '../action-failure.ts';
import type { ServiceControl } from './service-control.ts';

/** Services are processes of this machine, as the watchtower knows them. Paused by SIGSTOP. Linux only. */
export function processServices(processes: readonly WatchedProcessInput[]): ServiceControl {
  const known = new Map(parseWatchedProcesses(processes).map((one) => [one.name, one]));
  const named = (service: string): WatchedProcess => {
    const found = known.get(service);
    if (found === undefined) throw failed('service', `no process ${JSON.stringify(service)}`);
    return found;
  };
  const living = async (service: string): Promise<ProcessIdentity> => {
    const found = await readPidFile(named(service).pidFile);
    if (found === undefined) throw failed('service', `process ${service} does not run`);
    return found;
  };
  return {
    async state(service) {
      if (!known.has(service)) return undefined;
      const found = await readPidFile(named(service).pidFile);
      if (found === undefined) return 'stopped';
      return (await isStopped(found)) ? 'paused' : 'running';
    },
    incarnation: async (service) => {
      const found = await readPidFile(named(service).pidFile);
      return found === undefined ? 'none' : `${found.pid} ${found.started}`;
    },
    pause: async (service, context) => signalled(await living(service), 'SIGSTOP', context),
    resume: async (service, context) => signalled(await living(service), 'SIGCONT', context),
    async stop(service, context) {
      const found = await readPidFile(named(service).pidFile);
      if (found !== undefined) await endProcess(found, named(service).stopTimeout, context);
    },
    async restart(service, context) {
      const found = await readPidFile(named(service).pidFile);
      if (found !== undefined) await endProcess(found, named(service).stopTimeout, context);
      await startProcess(named(service));
    },
  };
}

const LOOK_EVERY = 5;

/** A signal is only sent: that it has taken effect shows a moment later. */
async function signalled(
  identity: ProcessIdentity,
  name: 'SIGSTOP' | 'SIGCONT',
  { clock, signal }: ActionContext,
): Promise<void> {
  process.kill(identity.pid, name);
  while ((await isStopped(identity)) !== (name === 'SIGSTOP')) await clock.sleep(LOOK_EVERY, { signal });
}

async function isStopped({ pid }: ProcessIdentity): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
}
