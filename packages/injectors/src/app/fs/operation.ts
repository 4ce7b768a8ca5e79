/** How a function of `node:fs` and `node:fs/promises` shows itself in an error, and whether it reads or writes. */
interface Operation {
  readonly syscall: string;
  readonly access: 'read' | 'write' | 'by-flags';
}

/** Functions whose first argument is a path. What works on an open file is not among them. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  access: { syscall: 'access', access: 'read' },
  appendFile: { syscall: 'open', access: 'write' },
  copyFile: { syscall: 'copyfile', access: 'read' },
  lstat: { syscall: 'lstat', access: 'read' },
  mkdir: { syscall: 'mkdir', access: 'write' },
  open: { syscall: 'open', access: 'by-flags' },
  opendir: { syscall: 'opendir', access: 'read' },
  readdir: { syscall: 'scandir', access: 'read' },
  readFile: { syscall: 'open', access: 'read' },
  rename: { syscall: 'rename', access: 'write' },
  rm: { syscall: 'rm', access: 'write' },
  rmdir: { syscall: 'rmdir', access: 'write' },
  stat: { syscall: 'stat', access: 'read' },
  truncate: { syscall: 'open', access: 'write' },
  unlink: { syscall: 'unlink', access: 'write' },
  writeFile: { syscall: 'open', access: 'write' },
};

/** Whether this call writes. Flags of `open` are letters or bits (open(2)): the lowest two say read-only when 0. */
export function writes({ access }: Operation, flags: unknown): boolean {
  if (access !== 'by-flags') return access === 'write';
  if (typeof flags === 'number') return (flags & 3) !== 0;
  return typeof flags === 'string' && /[wa+]/.test(flags);
}
