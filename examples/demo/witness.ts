import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { docker } from './system/docker.ts';
import { get } from './system/get.ts';
import type { System } from './system/start-system.ts';

export interface Look {
  readonly fine: boolean;
  readonly seen: string;
}

/** A way to look at the world that shares nothing with the code that breaks and repairs it. */
export interface Witness {
  /** What is asked, as one would type it. */
  readonly question: string;
  look(): Promise<Look>;
}

/** One for each thing that the last experiment breaks, and one that stands where users stand. */
export function witnesses({ shop, storeProxy, backPid, container }: System, state: string): Witness[] {
  const { host, port } = storeProxy;
  const of = [storeConnects(host, port), backEndRuns(backPid()), shopAnswers(shop), journalIsEmpty(`${state}/live`)];
  return container === null ? of : [...of, containerRuns(container.name)];
}

function storeConnects(host: string, port: number): Witness {
  return {
    question: `connect to the store on ${host}:${port}`,
    look: () =>
      new Promise((resolve) => {
        const socket = connect({ host, port });
        const saw = (look: Look): void => {
          socket.destroy();
          resolve(look);
        };
        socket.once('connect', () => saw({ fine: true, seen: 'connected' }));
        socket.once('error', (error) => saw({ fine: false, seen: error.message }));
      }),
  };
}

function backEndRuns(pid: number): Witness {
  return {
    question: `state of the back end in /proc/${pid}/stat`,
    async look() {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      // proc_pid_stat(5): the state follows the command, which is in brackets.
      const state = stat.charAt(stat.lastIndexOf(')') + 2);
      return { fine: state !== 'T', seen: state === 'T' ? 'T (stopped)' : state };
    },
  };
}

function shopAnswers(url: string): Witness {
  return {
    question: `GET ${url}`,
    look: () =>
      get(url, 1_000).then(
        () => ({ fine: true, seen: '200' }),
        (error: Error) => ({ fine: false, seen: error.message }),
      ),
  };
}

function containerRuns(name: string): Witness {
  return {
    question: `docker inspect ${name}`,
    async look() {
      const seen = await docker('inspect', '--format', '{{.State.Status}}', name);
      return { fine: seen === 'running', seen };
    },
  };
}

function journalIsEmpty(folder: string): Witness {
  return {
    question: `ls ${folder}`,
    async look() {
      const files = await readdir(folder);
      return { fine: files.length === 0, seen: `${files.length} faults on record` };
    },
  };
}
