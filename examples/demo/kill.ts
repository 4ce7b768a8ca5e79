import { setTimeout } from 'node:timers/promises';
import type { Program } from './program.ts';
import type { Look, Witness } from './witness.ts';

const PATIENCE = 30_000;
const PAUSE = 5;

/** What one witness saw before the engine was killed, and when it was fine again. */
export interface Testimony {
  readonly question: string;
  readonly before: string;
  readonly after: string;
  /** Milliseconds from the kill to the answer that was fine; null when none came in time. */
  readonly fineAfter: number | null;
}

/**
 * Kills the engine with SIGKILL, and lets the witnesses look until each has seen its part of the world whole again.
 * Throws when a witness sees nothing broken beforehand: its word would prove nothing.
 */
export async function killAndWatch(engine: Program, witnesses: readonly Witness[]): Promise<Testimony[]> {
  const before = await Promise.all(witnesses.map((witness) => witness.look()));
  for (const [index, { fine }] of before.entries()) {
    if (fine) throw new Error(`expected "${witnesses[index]?.question}" to show the fault before the kill`);
  }
  const killed = performance.now();
  process.kill(engine.pid, 'SIGKILL');
  return await Promise.all(
    witnesses.map(async (witness, index) => ({
      question: witness.question,
      before: before[index]?.seen ?? '',
      ...(await untilFine(witness, killed)),
    })),
  );
}

async function untilFine(witness: Witness, killed: number): Promise<Pick<Testimony, 'after' | 'fineAfter'>> {
  for (;;) {
    const look: Look = await witness.look();
    const elapsed = performance.now() - killed;
    if (look.fine || elapsed > PATIENCE) return { after: look.seen, fineAfter: look.fine ? elapsed : null };
    await setTimeout(PAUSE);
  }
}
