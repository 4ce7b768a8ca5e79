import { execFile } from 'node:child_process';
import { access, readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { TarEntry } from '../../container/tar.ts';

const run = promisify(execFile);
const FOLDERS = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'];
/** Folders of libraries as Debian names them, by Node's names of architectures. */
const TRIPLETS: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };
const BACK_ENDS = ['xtables-nft-multi', 'xtables-legacy-multi'];
/**
 * Extensions of iptables that faults use, and that others' rules in a container's network often do (Docker's resolver has
 * some): a rule that cannot be read hides all after it. By their names in its module folder.
 */
const EXTENSIONS = [
  ...['xt_standard', 'xt_comment', 'xt_time', 'xt_statistic', 'xt_multiport', 'xt_tcp', 'xt_udp', 'xt_mark'],
  ...['xt_CLASSIFY', 'xt_NFQUEUE', 'xt_REDIRECT', 'ipt_REJECT', 'ip6t_REJECT', 'ipt_icmp', 'ip6t_icmp6'],
  ...['xt_DNAT', 'xt_SNAT', 'xt_MASQUERADE', 'xt_conntrack', 'xt_state', 'xt_owner'],
].map((name) => `lib${name}.so`);

/**
 * iptables and tc of this machine with the libraries they are linked with, as entries of an image; undefined where one
 * of them is missing.
 */
export async function machineTools(): Promise<readonly TarEntry[] | undefined> {
  if (process.platform !== 'linux') return undefined;
  const backEnds = (await Promise.all(BACK_ENDS.map(located))).filter((path) => path !== undefined);
  const [tc, ss] = await Promise.all(['tc', 'ss'].map(located));
  const modules = await moduleFolder();
  if (backEnds.length === 0 || tc === undefined || modules === undefined) return undefined;
  const extensions = (await readdir(modules)).filter((file) => EXTENSIONS.includes(file));
  const programs = [...backEnds, tc, ...(ss === undefined ? [] : [ss])];
  const libraries = await Promise.all(programs.map(librariesOf));
  const files = new Set([
    ...programs,
    ...libraries.flat(),
    ...extensions.map((file) => join(modules, file)),
    ...(await jitterTables()),
  ]);
  const entries = await Promise.all(
    [...files].sort().map(async (path): Promise<TarEntry> => ({ path: path.slice(1), content: await readFile(path) })),
  );
  return [...foldersOf(files), ...entries];
}

async function located(program: string): Promise<string | undefined> {
  for (const folder of FOLDERS) {
    const path = join(folder, program);
    const real = await realpath(path).catch(() => undefined);
    // A link such as /usr/sbin/tc is put where the helper looks, whatever it leads to.
    if (real !== undefined && basename(real) === program) return path;
  }
  return undefined;
}

async function moduleFolder(): Promise<string | undefined> {
  return folderWith('libxt_standard.so', 'xtables');
}

/** Tables of the distributions that netem knows; tc reads them from where it was built to. */
async function jitterTables(): Promise<readonly string[]> {
  const folder = await folderWith('normal.dist', 'tc');
  if (folder === undefined) return [];
  const tables = await Promise.all(
    ['normal', 'pareto', 'paretonormal'].map(async (name) => {
      const path = join(folder, `${name}.dist`);
      return (await isThere(path)) ? [path] : [];
    }),
  );
  return tables.flat();
}

async function folderWith(file: string, name: string): Promise<string | undefined> {
  for (const folder of [`/usr/lib/${TRIPLETS[process.arch] ?? ''}`, '/usr/lib64', '/usr/lib', '/lib']) {
    if (await isThere(join(folder, name, file))) return join(folder, name);
  }
  return undefined;
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Absolute paths of the libraries a program is linked with, its loader included. */
async function librariesOf(program: string): Promise<readonly string[]> {
  const { stdout } = await run('ldd', [program]);
  return [...stdout.matchAll(/(?:=> |^\s*)(\/\S+)/gm)].flatMap(([, path]) => path ?? []);
}

function foldersOf(files: ReadonlySet<string>): readonly TarEntry[] {
  const folders = new Set<string>(['run/', 'proc/', 'sys/', 'dev/', 'tmp/', 'etc/']);
  for (const file of files) {
    for (let folder = dirname(file); folder !== '/'; folder = dirname(folder)) folders.add(`${folder.slice(1)}/`);
  }
  return [...folders].sort().map((path) => ({ path }));
}
