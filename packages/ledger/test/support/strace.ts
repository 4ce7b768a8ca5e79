import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Fails with what to do when strace cannot be used here. */
export async function requireStrace(): Promise<void> {
  try {
    await run('strace', ['-V']);
  } catch (cause) {
    throw new Error('these tests inject errors with strace: apt-get install -y --no-install-recommends strace', {
      cause,
    });
  }
}
