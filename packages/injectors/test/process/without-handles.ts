import { openSync } from 'node:fs';
import { readProc } from '../../src/process/process-stat.ts';

// Opens files until none can be opened any more, then looks at the process that started it.
try {
  for (;;) openSync('/dev/null', 'r');
} catch {
  const answer = await readProc(process.ppid, 'stat').catch((error: NodeJS.ErrnoException) => error.code);
  console.log(answer);
}
