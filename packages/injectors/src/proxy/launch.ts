import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ChaosError } from '@bridge/chaos-core';
import * as z from 'zod';
import type { StandingOptions } from './plane/standing-proxy.ts';

export const started = z.discriminatedUnion('started', [
  z.object({ started: z.literal(true), control: z.string() }),
  z.object({ started: z.literal(false), reason: z.string() }),
]);

/** Starts a data plane in a session of its own and answers with its control socket. */
export async function launchDataPlane(options: StandingOptions): Promise<string> {
  return await launch('plane/main', options, (reason, cause) => cannotStart(options, reason, cause));
}

/** The error for a child that did not start. */
export type Complain = (reason: string, cause?: unknown) => ChaosError;

/**
 * Runs a module in a session of its own, with its options as JSON, and answers with the control socket it names.
 *
 * @param entry path of the module from this folder, without its extension
 */
export async function launch(entry: string, options: object, complain: Complain): Promise<string> {
  const module = entryModule(entry);
  const conditions = module.endsWith('.ts') ? ['-C', '@bridge/source'] : [];
  const child = spawn(process.execPath, [...conditions, module], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: withoutInspector(process.env),
  });
  // Not as an argument: anybody may read those, and there may be a private key among the options.
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(options));
  try {
    return await controlSocketOf(child, complain);
  } finally {
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
    child.unref();
  }
}

async function controlSocketOf(child: ChildProcessWithoutNullStreams, complain: Complain): Promise<string> {
  const { stdout, stderr } = child;
  const complaint = text(stderr).catch(() => '');
  const failed = once(child, 'error').then(([error]) => Promise.reject(complain(String(error), error)));
  const ended = once(child, 'close').then(async ([code]) =>
    Promise.reject(complain(`it ended with ${code}: ${(await complaint).trim()}`)),
  );
  const answered = once(createInterface({ input: stdout }), 'line').then(([line]) => started.parse(JSON.parse(line)));
  // Whoever loses the race fails later, when nobody asks any more.
  for (const late of [failed, ended, answered]) late.catch(() => {});
  const answer = await Promise.race([answered, failed, ended]);
  if (answer.started) return answer.control;
  throw complain(answer.reason);
}

export function cannotStart({ name, listen }: StandingOptions, reason: string, cause?: unknown): ChaosError {
  const remedy = /EADDRINUSE/.test(reason)
    ? '. If it is the data plane of a former owner, give both the same "registry" and it will be taken over'
    : '';
  return new ChaosError(
    'CHAOS_PROXY_CANNOT_START',
    `expected the proxy ${JSON.stringify(name)} to listen on ${listen.host}:${listen.port}, but: ${reason}${remedy}`,
    cause === undefined ? {} : { cause },
  );
}

/** Beside this module, or, when the host is bundled into one file, in the installed package. */
export function entryModule(entry: string): string {
  const own = import.meta.url;
  const beside = own === undefined ? undefined : besideModule(own, entry);
  if (beside !== undefined && existsSync(beside)) return beside;
  const from = own ?? pathToFileURL(join(process.cwd(), 'index.js')).href;
  const plugin = pathToFileURL(createRequire(from).resolve('@bridge/chaos-injectors/proxies')).href;
  return besideModule(plugin, entry);
}

function besideModule(url: string, entry: string): string {
  return fileURLToPath(new URL(`./${entry}.${url.endsWith('.ts') ? 'ts' : 'js'}`, url));
}

/** The debugger's port is taken by the owner. */
function withoutInspector(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (env['NODE_OPTIONS'] === undefined) return env;
  return { ...env, NODE_OPTIONS: env['NODE_OPTIONS'].replaceAll(/--inspect\S*/g, '') };
}
