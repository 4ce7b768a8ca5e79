import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../clock.ts';
import { nodeFlags } from '../../guardian/node-flags.ts';
import { BrokenRule } from './expectation.ts';
import type { VictimOrder } from './victim-order.ts';

/** A process with an engine that is going to be killed. */
export interface Victim {
  readonly ended: Promise<unknown>;
  /** Resolves when it has stopped itself where it was told to. */
  reached(): Promise<void>;
  saw(text: string): Promise<void>;
  guardianPid(): Promise<number>;
  endsWithin(limit: number): Promise<boolean>;
  kill(): void;
  wake(): void;
}

export function startVictim(order: VictimOrder): Victim {
  const entry = fileURLToPath(import.meta.url).replace(/victim-process\.(ts|js)$/, 'victim.$1');
  const child = spawn(process.execPath, [...nodeFlags(entry), entry, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const wake of waiting) wake();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    look();
  });
  const ended = once(child, 'exit').then(look);
  const line = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const wake = (): void => {
        const found = lines.find((candidate) => candidate.includes(text));
        if (found !== undefined) resolve(found);
        else if (child.exitCode !== null || child.signalCode !== null)
          reject(new BrokenRule(`the process ended before ${text}: ${lines.join('\n')}`));
      };
      waiting.add(wake);
      wake();
    });
  return {
    ended,
    reached: async () => void (await line('"reached"')),
    saw: async (text) => void (await line(text)),
    guardianPid: async () => JSON.parse(await line('guardian:armed')).data.pid,
    endsWithin: async (limit) => {
      using _timer = systemClock.timer(limit, () => child.kill('SIGKILL'));
      await ended;
      return child.signalCode === null;
    },
    kill: () => void child.kill('SIGKILL'),
    wake: () => void child.kill('SIGCONT'),
  };
}
