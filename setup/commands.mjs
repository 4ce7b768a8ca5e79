import { join } from 'node:path';
import { SetupError } from './setup-error.mjs';

export const ROOT = join(import.meta.dirname, '..');

const USAGE = `usage:
  npm test [-- <vitest arguments>]       the whole test suite, on a private Docker engine
  npm run demo [-- <demo arguments>]     the demo
  node setup/run.mjs exec -- <command…>  any command, with the private Docker engine up (DOCKER_HOST is set)
  node setup/run.mjs install             only what has to be downloaded

CHAOS_TEST_DOCKER_HOST chooses the Docker engine:
  private (default)  one of our own, in its own network and mount namespaces; needs root on Linux
  unix://… tcp://…   an engine that you run; containers get unique names and labels and are removed by id
  none               no engine; test projects that need one are left out, and the run says so`;

/**
 * @typedef {object} Program
 * @property {string} name
 * @property {string[]} argv the program and its arguments
 * @property {boolean} needsDocker without an engine it cannot do its work
 * @property {'fail' | 'ignore'} leftovers what to do when it leaves processes or containers behind
 */

/**
 * What a command line asks for.
 * @param {readonly string[]} args
 * @returns {Program}
 */
export function programOf([command, ...args]) {
  const node = join(ROOT, 'node_modules/.bin/node');
  switch (command) {
    case 'test': {
      const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
      return { name: 'test', argv: [node, vitest, 'run', ...args], needsDocker: true, leftovers: 'fail' };
    }
    case 'demo': {
      const demo = join(ROOT, 'examples/demo/main.ts');
      const argv = [node, '--conditions=@bridge/source', demo, ...args];
      return { name: 'demo', argv, needsDocker: false, leftovers: 'fail' };
    }
    case 'exec': {
      const argv = args[0] === '--' ? args.slice(1) : args;
      if (argv.length > 0) return { name: 'exec', argv, needsDocker: true, leftovers: 'ignore' };
      break;
    }
  }
  throw new SetupError(USAGE);
}
