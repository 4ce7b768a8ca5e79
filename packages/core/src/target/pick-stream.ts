import { type Random, seededRandom } from '../random.ts';

/**
 * The stream that picks the targets of a step: a plan and every replay of the run pick the same. Inside repeats each
 * round has a stream of its own; `iteration` counts from 0, outermost repeat first.
 */
export function pickStream(seed: number, step: string, iteration: readonly number[] = []): Random {
  return seededRandom(seed).fork(['pick', step, ...iteration].join('/'));
}
