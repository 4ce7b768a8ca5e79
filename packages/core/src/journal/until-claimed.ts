import type { Clock } from '../clock.ts';
import type { Claim } from './journal.ts';

/** How often to ask whether another undoer has finished, ms. */
const CLAIM_PAUSE = 20;

/** Waits for a living other undoer to finish. `gone`: it settled the entry; whatever is left otherwise is ours. */
export async function untilClaimed(claim: () => Promise<Claim>, clock: Clock): Promise<'mine' | 'gone'> {
  for (;;) {
    const answer = await claim();
    if (answer !== 'taken') return answer;
    await clock.sleep(CLAIM_PAUSE);
  }
}
