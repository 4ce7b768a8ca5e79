import { execFile } from 'node:child_process';
import { access, readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { TarEntry } from '../../container/tar.ts';

const run = promisify(execFile);
const FOLDERS = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'];
const BACK_ENDS = ['xtables-nft-multi', 'xtables-legacy-multi'];
/** Extensions of iptables that faults use, by their names in its module folder. */
const EXTENSIONS = [
  ...['xt_standard', 'xt_comment', 'xt_time', 'xt_statistic', 'xt_multiport', 'xt_tcp', 'xt_udp', 'xt_mark'],
  ...['xt_CLASSIFY', 'xt_NFQUEUE', 'ipt_REJECT', 'ip6t_REJECT', 'ipt_icmp', 'ip6t_icmp6'],
].map((name) => `lib${name}.so`);

/**
 * iptables and tc of this machine with the libraries they are linked with, as entries of an image; undefined where one
 * of them is missing.
 */
export async function machineTools(): Promise<readonly TarEntry[] | undefined> {
  if (process.platform !== 'linux') return undefined;
  const backEnds = (await Promise.all(BACK_ENDS.map(located))).filter((path) => path !== undefined);
  const tc = await located('tc');
  const modules = await moduleFolder();
  if (backEnds.length === 0 || tc === undefined || modules === undefined) return undefined;
  const extensions = (await readdir(modules)).filter((file) => EXTENSIONS.includes(file));
  const programs = [...backEnds, tc];
  const libraries = await Promise.all(programs.map(librariesOf));
  const files = new Set([...programs, ...libraries.flat(), ...extensions.map((file) => join(modules, file))]);
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
  const triplet = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[process.arch as string] ?? '';
  for (const folder of [`/usr/lib/${triplet}/xtables`, '/usr/lib64/xtables', '/usr/lib/xtables', '/lib/xtables']) {
    const there = await access(join(folder, 'libxt_standard.so')).then(
      () => true,
      () => false,
    );
    if (there) return folder;
  }
  return undefined;
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
