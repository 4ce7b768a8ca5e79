import { execFileSync } from 'node:child_process';

/** A disk of this machine whose bytes are in a file. */
export interface LoopDisk extends Disposable {
  readonly path: string;
  /** `major:minor` */
  readonly numbers: string;
}

export function loopDisk(): LoopDisk {
  const run = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: 'utf8' }).trim();
  const file = run('mktemp');
  run('modprobe', 'loop');
  run('truncate', '--size', '16M', file);
  const path = run('losetup', '--find', '--show', file);
  const numbers = run('lsblk', '--noheadings', '--nodeps', '--output', 'MAJ:MIN', path);
  return { path, numbers, [Symbol.dispose]: () => run('losetup', '--detach', path) };
}
