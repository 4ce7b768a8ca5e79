import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A shell that runs one line whenever it is asked; `using` ends it. */
export async function shell(line: string) {
  const script = `echo ready; while read -r _; do ${line}; done`;
  const child = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  const { pid } = child;
  if (pid === undefined) throw new Error('The shell did not start.');
  return {
    pid,
    child,
    /** The first thing it says. */
    async ask(): Promise<string> {
      const answer = once(child.stdout, 'data');
      child.stdin.write('\n');
      return String((await answer)[0]).trim();
    },
    [Symbol.dispose]: () => child.kill('SIGKILL'),
  };
}
