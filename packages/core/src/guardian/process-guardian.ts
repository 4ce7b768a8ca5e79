import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosError, messageOf } from '../errors.ts';
import type { GuardianLaunch, GuardianLauncher, RunningGuardian } from './launcher.ts';

export interface ProcessGuardianOptions {
  /** Path of the guardian's entry module; default: that of this package. For hosts bundled into one file. */
  readonly entry?: string;
  /**
   * Command that runs the guardian and becomes it (execs), for example `['systemd-run', '--scope', '--quiet']`: where a
   * supervisor kills the engine's cgroup as a whole, the guardian must live in another one. Default: none.
   */
  readonly command?: readonly string[];
}

/** The host's debugger must not be inherited: the guardian would fight for its port. */
function environment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS, ...rest } = process.env;
  // Process faults look for this variable: nobody may ever stop or kill a guardian on purpose.
  const helper = { ...rest, BRIDGE_CHAOS_HELPER: 'guardian' };
  if (NODE_OPTIONS === undefined) return helper;
  return {
    ...helper,
    NODE_OPTIONS: NODE_OPTIONS.split(' ')
      .filter((flag) => !flag.startsWith('--inspect'))
      .join(' '),
  };
}

async function start(
  { command = [], entry }: Required<Pick<ProcessGuardianOptions, 'entry'>> & ProcessGuardianOptions,
  { state, nodeFlags }: GuardianLaunch,
): Promise<RunningGuardian> {
  const log = await open(join(state, 'guardian.log'), 'a', 0o600);
  try {
    // A session of its own: what is sent to the engine's process group or terminal does not reach it.
    const [program = '', ...args] = [...command, process.execPath, ...nodeFlags, entry];
    const child = spawn(program, args, {
      detached: true,
      cwd: state,
      env: environment(),
      stdio: ['pipe', 'pipe', log.fd],
    });
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const { stdin, stdout } = child;
    if (stdin === null || stdout === null) throw new Error('the child has no pipes');
    // A guardian that died while we wrote to it shows as `exited`; the broken pipe adds nothing.
    stdin.on('error', () => stdin.destroy());
    await once(child, 'spawn');
    const streams = [stdin, stdout];
    return {
      pid: child.pid,
      stdin,
      stdout,
      exited,
      unref: () => {
        child.unref();
        for (const stream of streams) if ('unref' in stream && typeof stream.unref === 'function') stream.unref();
      },
      ref: () => {
        child.ref();
        for (const stream of streams) if ('ref' in stream && typeof stream.ref === 'function') stream.ref();
      },
      kill: () => void child.kill('SIGKILL'),
    };
  } finally {
    await log.close();
  }
}

/** The guardian as a detached child process on the same host. */
export function processGuardian(options: ProcessGuardianOptions = {}): GuardianLauncher {
  return {
    name: 'process',
    outlives: 'process',
    applies: async () => ({ applies: true, reason: 'a child process can be started on this host' }),
    launch: async (launch) => {
      try {
        return await start({ entry: launch.entry, ...options }, launch);
      } catch (cause) {
        throw new ChaosError(
          'CHAOS_GUARDIAN_CANNOT_START',
          `expected to start a child process: ${messageOf(cause)}. Allow child processes, or say guardian: 'none' and accept ` +
            'that a killed engine leaves its faults until the next start().',
          { cause },
        );
      }
    },
  };
}
