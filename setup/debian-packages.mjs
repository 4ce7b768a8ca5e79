import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './setup-error.mjs';

/** System folders are searched too: a login shell's PATH may lack `sbin`. */
const FOLDERS = [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/**
 * Debian package → how to tell that what it brings is there.
 * @type {Record<string, () => boolean>}
 */
const ENGINE_PACKAGES = {
  'docker.io': () => ['dockerd', 'containerd', 'runc'].every(hasProgram),
  iptables: () => hasProgram('iptables') && hasProgram('iptables-save'),
  'busybox-static': () => hasProgram('busybox'),
  iproute2: () => hasProgram('ip') && hasProgram('ss'),
  procps: () => hasProgram('ps'),
  'util-linux': () => hasProgram('unshare') && hasProgram('nsenter'),
};
/** @type {Record<string, () => boolean>} */
const TEST_PACKAGES = {
  libfaketime: hasFaketime,
  strace: () => hasProgram('strace'),
  postgresql: hasPostgres,
  'redis-server': () => hasProgram('redis-server'),
  'nats-server': () => hasProgram('nats-server'),
  'rabbitmq-server': () => isExecutable('/usr/lib/rabbitmq/bin/rabbitmq-server'),
  'dnsmasq-base': () => hasProgram('dnsmasq'),
  prometheus: () => hasProgram('prometheus'),
  'openssh-server': () => hasProgram('sshd'),
  'openssh-client': () => hasProgram('ssh'),
  openssl: () => hasProgram('openssl'),
  podman: () => hasProgram('podman'),
  rootlesskit: () => hasProgram('rootlesskit'),
  uidmap: () => hasProgram('newuidmap'),
  chromium: () => hasProgram('chromium'),
  // Without a font a browser draws no text, and asked for no recommendations chromium brings none.
  'fonts-dejavu-core': () => existsSync('/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf'),
  'libxml2-utils': () => hasProgram('xmllint'),
};

/**
 * Brings what the private Docker engine, and for `test` the suite, needs from the system.
 * @param {string} command
 */
export async function installDebianPackages(command) {
  const wanted = command === 'demo' ? ENGINE_PACKAGES : { ...ENGINE_PACKAGES, ...TEST_PACKAGES };
  const missing = Object.keys(wanted).filter((name) => !wanted[name]?.());
  // From Debian 13 on the client is a package of its own, which docker.io only recommends.
  const client = hasProgram('docker') ? [] : ['docker-cli'];
  if (missing.length + client.length === 0) return;
  requireApt([...missing, ...client]);
  await withoutStartingServices(async () => {
    await apt('update');
    if (missing.length > 0) await install(missing);
    if (!hasProgram('docker')) await install(client);
  });
  const absent = missing.filter((name) => !wanted[name]?.());
  if (absent.length > 0) throw new SetupError(`setup: still missing after installation: ${absent.join(', ')}`);
}

/** @param {string} name */
export function hasProgram(name) {
  return FOLDERS.some((folder) => folder !== '' && isExecutable(join(folder, name)));
}

/** Moves the wall clock of one process, and of nobody else. */
function hasFaketime() {
  const libraries = '/usr/lib';
  const folders = readdirSync(libraries).map((name) => join(libraries, name, 'faketime'));
  return folders.some((folder) => existsSync(join(folder, 'libfaketimeMT.so.1')));
}

function hasPostgres() {
  const versions = '/usr/lib/postgresql';
  const installed = existsSync(versions) ? readdirSync(versions) : [];
  return hasProgram('initdb') || installed.some((version) => isExecutable(join(versions, version, 'bin/initdb')));
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {string[]} names */
function requireApt(names) {
  if (hasProgram('apt-get') && process.getuid?.() === 0) return;
  const why = hasProgram('apt-get') ? 'this user is not root' : 'this system has no apt-get';
  throw new SetupError(
    `setup: missing ${names.join(', ')}, and ${why}.
  On Debian or Ubuntu, as root: apt-get update && apt-get install -y --no-install-recommends ${names.join(' ')}
  Elsewhere install the same programs by hand, or use an engine of your own: CHAOS_TEST_DOCKER_HOST=unix:///var/run/docker.sock`,
  );
}

/** @param {string[]} names */
async function install(names) {
  console.error(`setup: installing ${names.join(', ')}`);
  await apt('install', '-y', '--no-install-recommends', ...names);
}

/** @param {string[]} args */
async function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Another installer may be at work (unattended-upgrades on a fresh machine): wait for its lock.
  const options = ['-o', 'DPkg::Lock::Timeout=300', '-qq'];
  const child = spawn('apt-get', [...options, ...args], { stdio: ['ignore', 2, 2], env });
  const [code] = await once(child, 'exit');
  if (code !== 0)
    throw new SetupError(`setup: 'apt-get ${args.join(' ')}' ended with ${code}; its own words are above`);
}

/**
 * docker.io and postgresql start servers when installed; the host is to stay as it was. policy-rc.d is Debian's way of
 * saying so (101 = forbidden by policy).
 * @param {() => Promise<void>} work
 */
async function withoutStartingServices(work) {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return work();
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return await work();
  } finally {
    rmSync(policy, { force: true });
  }
}
