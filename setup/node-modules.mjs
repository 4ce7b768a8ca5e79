import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ROOT } from './commands.mjs';
import { hasCode } from './errno.mjs';
import { isAlive } from './process-table.mjs';
import { SetupError } from './setup-error.mjs';

const PNPM = 'pnpm@12.21.0';
const STAMP = join(ROOT, 'node_modules/.lockfile-hash');
const LOCK = join(ROOT, '.cache/install.lock');

/** Installs the workspace's packages when there are none or the lockfile has changed since. */
export async function installNodeModules() {
  const lockfile = await readFile(join(ROOT, 'pnpm-lock.yaml'));
  const wanted = createHash('sha256').update(lockfile).digest('hex');
  if ((await installed()) === wanted) return;
  await takeLock();
  try {
    if ((await installed()) === wanted) return;
    await pnpmInstall();
    await writeFile(STAMP, wanted);
  } finally {
    await rm(LOCK, { force: true });
  }
}

async function installed() {
  return readFile(STAMP, 'utf8').catch(onlyWhenMissing);
}

async function pnpmInstall() {
  console.error(`setup: installing packages (${PNPM})`);
  const args = ['--yes', PNPM, 'install', '--frozen-lockfile'];
  // CI=true: pnpm must never stop to ask. Its output goes to stderr so that stdout stays the command's own.
  const child = spawn('npx', args, { cwd: ROOT, stdio: ['ignore', 2, 2], env: { ...process.env, CI: 'true' } });
  const [code] = await once(child, 'exit').catch((error) => {
    throw new SetupError(`setup: cannot run npx (${error.message}). Install npm: it comes with Node.js.`);
  });
  if (code !== 0) {
    throw new SetupError(
      `setup: '${PNPM} install --frozen-lockfile' ended with ${code}. It needs the npm registry (check the network and 'npm config get registry').`,
    );
  }
}

/** One install at a time: two runs may start in the same fresh clone. */
async function takeLock() {
  await mkdir(join(ROOT, '.cache'), { recursive: true });
  for (;;) {
    try {
      await writeFile(LOCK, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    const owner = await readFile(LOCK, 'utf8').catch(onlyWhenMissing);
    if (owner && !isAlive(Number(owner))) await rm(LOCK, { force: true });
    await setTimeout(250);
  }
}

/** @param {unknown} error */
function onlyWhenMissing(error) {
  if (!hasCode(error, 'ENOENT')) throw error;
  return undefined;
}
