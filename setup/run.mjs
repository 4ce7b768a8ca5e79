// Node 20 and nothing else: brings whatever is missing, then runs the tests, the demo or any command under Node 24 with
// a private Docker engine beside it. `node setup/run.mjs` alone says how it is used.
import { environmentWith, runChild } from './child.mjs';
import { programOf } from './commands.mjs';
import { installDebianPackages } from './debian-packages.mjs';
import { chooseDocker } from './docker-choice.mjs';
import { installNodeModules } from './node-modules.mjs';
import { runWithPrivateEngine } from './private-engine.mjs';
import { SetupError } from './setup-error.mjs';

/** @param {string[]} args @returns {Promise<number>} the exit code */
async function main(args) {
  const installOnly = args[0] === 'install';
  const program = programOf(installOnly ? ['test'] : args);
  const docker = await chooseDocker(program);
  await installNodeModules();
  if (docker.kind === 'private') await installDebianPackages(program.name);
  if (installOnly) return 0;
  if (docker.kind === 'private') return runWithPrivateEngine(program);
  if (docker.kind === 'none') console.error(`setup: no Docker engine (${docker.reason}): what needs one is left out`);
  const host = docker.kind === 'own' ? docker.host : undefined;
  return runChild(program.argv, { env: environmentWith({ DOCKER_HOST: host }), stdio: 'inherit' }).exitCode;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
