import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Takes away every mount of this mount namespace at or below the folder; a killed engine leaves some.
 * @param {string} folder absolute
 */
export function unmountBelow(folder) {
  for (const mountPoint of mountPoints().reverse()) {
    if (mountPoint === folder || mountPoint.startsWith(`${folder}/`)) execFileSync('umount', ['--lazy', mountPoint]);
  }
}

/** In the order they were mounted: the fifth field of each line (proc_pid_mountinfo(5)), blanks as octal escapes. */
function mountPoints() {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n').filter(Boolean);
  return lines.map((line) =>
    String(line.split(' ')[4]).replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
  );
}
