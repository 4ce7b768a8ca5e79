import { userInfo } from 'node:os';

/** Who acts: `CHAOS_ACTOR`, else the user this program runs as. */
export function userName(env: NodeJS.ProcessEnv): string {
  try {
    return env['CHAOS_ACTOR'] || userInfo().username;
  } catch {
    // A user id without a name, as containers have: the number says as much.
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}
