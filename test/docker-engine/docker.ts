import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Runs Docker's own client and returns what it prints. Tests look at containers through it, never through the library
 * that the code under test uses.
 *
 * @param host an engine other than the run's own (`DOCKER_HOST`)
 */
export async function docker(args: readonly string[], host = process.env['DOCKER_HOST']): Promise<string> {
  if (host === undefined || host === '') {
    throw new Error('No Docker engine: run this as `npm test`, or as `node setup/run.mjs exec -- <command>`.');
  }
  const { stdout } = await run('docker', ['--host', host, ...args], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}
