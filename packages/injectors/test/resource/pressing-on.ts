import { readdir, readFile } from 'node:fs/promises';

/** Processes that press on this one, by the arguments they were given. */
export async function pressingOn(pid: number): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((one) => readFile(`/proc/${one}/cmdline`, 'utf8').catch(() => '')));
  return pids.filter((_, at) => lines[at]?.includes('\0hold\0') && lines[at].includes(`\0-\0${pid}\0`)).map(Number);
}
