import { connect } from 'node:net';
import { hasProgram } from './debian-packages.mjs';
import { SetupError } from './setup-error.mjs';

/** @typedef {{ kind: 'private' } | { kind: 'none', reason: string } | { kind: 'own', host: string }} DockerChoice */

/**
 * Which Docker engine a program gets: CHAOS_TEST_DOCKER_HOST where it says so, else a private one.
 * @param {import('./commands.mjs').Program} program
 * @returns {Promise<DockerChoice>}
 */
export async function chooseDocker(program) {
  const said = process.env.CHAOS_TEST_DOCKER_HOST ?? '';
  if (said === 'none') return { kind: 'none', reason: 'CHAOS_TEST_DOCKER_HOST=none' };
  if (said !== '' && said !== 'private') return ownEngine(said);
  const obstacle = whyNoPrivateEngine();
  if (obstacle === undefined) return { kind: 'private' };
  if (said === '' && !program.needsDocker) return { kind: 'none', reason: obstacle };
  throw new SetupError(`setup: a private Docker engine cannot be started: ${obstacle}.
  Either run this as root on Linux (sudo npm ${program.name === 'test' ? 'test' : `run ${program.name}`}),
  or name an engine that you run: CHAOS_TEST_DOCKER_HOST=unix:///var/run/docker.sock,
  or leave the tests that need one out: CHAOS_TEST_DOCKER_HOST=none.`);
}

function whyNoPrivateEngine() {
  if (process.platform !== 'linux') return `it needs Linux namespaces, and this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'making network and mount namespaces needs root, and this user is not';
  if (!hasProgram('dockerd') && !hasProgram('apt-get')) return 'there is no dockerd, and no apt-get to install it with';
  return undefined;
}

/** @param {string} host @returns {Promise<DockerChoice>} */
async function ownEngine(host) {
  const address = addressOf(host);
  await new Promise((resolve, reject) => {
    const socket = connect(address, () => resolve(socket.destroy()));
    socket.setTimeout(5_000, () => socket.destroy(new Error('no answer within 5 s')));
    socket.once('error', (error) => {
      const what = `setup: CHAOS_TEST_DOCKER_HOST=${host} cannot be reached: ${error.message}`;
      reject(new SetupError(`${what}.\n  Is the engine running, and may this user use its socket (group 'docker')?`));
    });
  });
  return { kind: 'own', host };
}

/** @param {string} host */
function addressOf(host) {
  if (host.startsWith('unix:///')) return { path: host.slice('unix://'.length) };
  if (host.startsWith('tcp://') && URL.canParse(host)) {
    const { hostname, port } = new URL(host);
    return { host: hostname, port: Number(port || 2375) };
  }
  throw new SetupError(
    `setup: CHAOS_TEST_DOCKER_HOST must be private, none, unix:///path or tcp://host:port; it is '${host}'`,
  );
}
