import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { ChaosError, messageOf } from '../errors.ts';
import type { StateFolder } from './state-folder.ts';

export type Role = 'engine' | 'guardian' | 'holder';

/** Who answers on a presence socket. */
export interface PresenceCard {
  readonly instance: string;
  readonly role: Role;
  readonly pid: number;
}

/**
 * A process shows that it lives by listening on a Unix socket in the state folder. The kernel takes the socket down
 * with the process, however it dies; a stopped (SIGSTOP) process still counts as alive; recycled pids, pid namespaces
 * and reboots cannot confuse it.
 */
export interface Presence extends AsyncDisposable {
  readonly card: PresenceCard;
  readonly socketPath: string;
}

function serve(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function unusable(folder: StateFolder, cause: unknown): ChaosError {
  return new ChaosError(
    'CHAOS_STATE_UNUSABLE',
    `expected to make a socket in ${folder.alive}: ${messageOf(cause)}. Set \`state\` to a writable path on a local disk.`,
    { cause },
  );
}

/** Starts to be present. Never keeps the process alive. Throws `CHAOS_STATE_UNUSABLE`. */
export async function announce(folder: StateFolder, role: Role): Promise<Presence> {
  const card: PresenceCard = { instance: randomBytes(8).toString('hex'), role, pid: process.pid };
  const socketPath = join(folder.alive, `${card.instance}.sock`);
  const visitors = new Set<Socket>();
  const server = createServer((socket) => {
    visitors.add(socket);
    socket.unref();
    // A visitor that hangs up must not take the host down.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => visitors.delete(socket));
    socket.write(`${JSON.stringify(card)}\n`);
  });
  try {
    await mkdir(folder.alive, { recursive: true, mode: 0o700 });
    await serve(server, socketPath);
  } catch (cause) {
    throw unusable(folder, cause);
  }
  server.unref();
  const leave = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of visitors) socket.destroy();
    await closed;
  };
  return { card, socketPath, [Symbol.asyncDispose]: leave };
}

export type Visit =
  | { readonly alive: false }
  /** `card` is missing when the process is alive but did not answer in time: stopped or blocked. */
  | { readonly alive: true; readonly card?: PresenceCard };

function isCard(value: unknown): value is PresenceCard {
  return typeof value === 'object' && value !== null && 'instance' in value && 'pid' in value && 'role' in value;
}

function readCard(line: string): PresenceCard | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isCard(value) ? value : undefined;
  } catch {
    // Half a line from a process that died while it wrote: it was alive when we connected, that is all we know.
    return undefined;
  }
}

/** Knocks on a presence socket. Waits at most `patience` ms for the card. */
export function visit(socketPath: string, patience = 200): Promise<Visit> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    let text = '';
    let connected = false;
    const finish = (result: Visit): void => {
      socket.destroy();
      resolve(result);
    };
    const answer = (): Visit => {
      const card = readCard(text);
      return card ? { alive: true, card } : { alive: true };
    };
    socket.on('connect', () => {
      connected = true;
      socket.setTimeout(patience, () => finish(answer()));
    });
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
      if (text.includes('\n')) finish(answer());
    });
    socket.on('end', () => finish(answer()));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const dead = !connected && (error.code === 'ECONNREFUSED' || error.code === 'ENOENT');
      finish(dead ? { alive: false } : answer());
    });
  });
}

/** Whether the process with this instance id still lives. */
export async function isAlive(folder: StateFolder, instance: string): Promise<boolean> {
  const { alive } = await visit(join(folder.alive, `${instance}.sock`), 1);
  return alive;
}

/** Calls back once when the process with this instance id has died. Returns a way to stop watching. */
export function watchPresence(folder: StateFolder, instance: string, onDeath: () => void): Disposable {
  const socket = connect(join(folder.alive, `${instance}.sock`));
  socket.resume();
  // The close that follows an error is the news; the error itself adds nothing.
  socket.on('error', () => socket.destroy());
  socket.once('close', onDeath);
  return {
    [Symbol.dispose]: () => {
      socket.off('close', onDeath);
      socket.destroy();
    },
  };
}

const LOCK = /^lock\.(\d+)$/;

/** Numbers of the locks in a folder, highest first: the highest one counts. */
export async function generations(folder: StateFolder): Promise<number[]> {
  const names = await readdir(folder.path);
  return names
    .map((name) => Number(LOCK.exec(name)?.[1] ?? Number.NaN))
    .filter((generation) => !Number.isNaN(generation))
    .sort((a, b) => b - a);
}

function lockedBy(folder: StateFolder, holder: Visit): ChaosError {
  const pid = holder.alive ? holder.card?.pid : undefined;
  return new ChaosError(
    'CHAOS_STATE_LOCKED',
    `expected ${folder.path} to be free, but ${pid === undefined ? 'a process that does not answer' : `process ${pid}`} ` +
      'owns it. Give each engine its own state folder, or stop the other one.',
    { details: { folder: folder.path, ...(pid === undefined ? {} : { pid }) } },
  );
}

/**
 * Takes the folder for this presence: one engine per state folder. A lock is a hard link `lock.N` to the presence
 * socket. A dead socket never revives and the highest N is never reused, so whoever links N + 1 is the only owner.
 * Resolves with N, which rises with every owner. Throws `CHAOS_STATE_LOCKED` naming the holder.
 */
export async function lockFolder(folder: StateFolder, presence: Presence): Promise<number> {
  for (;;) {
    const [highest = -1, ...older] = await generations(folder);
    if (highest >= 0) {
      const holder = await visit(join(folder.path, `lock.${highest}`));
      if (holder.alive) throw lockedBy(folder, holder);
    }
    const mine = join(folder.path, `lock.${highest + 1}`);
    try {
      await link(presence.socketPath, mine);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') continue;
      throw new ChaosError('CHAOS_STATE_UNUSABLE', `expected hard links to work in ${folder.path}`, { cause: error });
    }
    const [newest] = await generations(folder);
    if (newest === highest + 1) {
      await Promise.all(
        [highest, ...older].filter((n) => n >= 0).map((n) => rm(join(folder.path, `lock.${n}`), { force: true })),
      );
      return newest;
    }
    // Someone slower than us numbered from an older listing; the higher number owns the folder.
    await rm(mine, { force: true });
  }
}

/** Removes what processes that are gone left in `alive/`. Only the owner of the lock may call it. */
export async function sweepPresences(folder: StateFolder): Promise<void> {
  const instances = new Set((await readdir(folder.alive)).map((name) => name.replace(/\.(sock|epoch)$/, '')));
  for (const instance of instances) {
    if (await isAlive(folder, instance)) continue;
    for (const ending of ['sock', 'epoch']) await rm(join(folder.alive, `${instance}.${ending}`), { force: true });
  }
}
