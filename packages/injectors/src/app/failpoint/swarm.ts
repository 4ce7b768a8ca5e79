import { seededRandom } from '@bridge/chaos-core';
import * as z from 'zod';
import { appFault } from '../app-fault.ts';
import type { Carrier } from '../board.ts';
import { markScope, scopeText } from '../request/scope.ts';
import { wildcard } from '../wildcard.ts';
import { actionsText, allActions, failpointActions } from './action.ts';
import { armPoints, perHit } from './armed-points.ts';
import { failpointsLike } from './registry.ts';

/**
 * `app.failpoint-swarm`: of all declared failpoints some are chosen by the seed, and those fail now and then. Runs with
 * other seeds try other combinations; the same seed and the same failpoints give the same choice. After FoundationDB's
 * BUGGIFY, whose probabilities are the defaults, and swarm testing (Groce et al., ISSTA 2012).
 */
export const appFailpointSwarm = appFault({
  type: 'app.failpoint-swarm',
  params: z.strictObject({
    scope: markScope,
    /** Names of the candidates; `*` stands for anything. Default: all that can do the action. */
    among: wildcard.default('*'),
    /** Probability that a failpoint is chosen, drawn once per failpoint; at least one is. Default 0.25. */
    perPoint: z.number().gt(0).max(1).default(0.25),
    /** Probability that a hit of a chosen one fails. Default 0.25. */
    perHit: perHit.default(0.25),
    /** Default: the seed of the run. */
    seed: z.int().nonnegative().optional(),
    action: failpointActions,
  }),
  risk: 'high',
  exclusive: 'failpoint-swarm',
  obstacle: ({ among, action }) =>
    candidates(among, action).length > 0
      ? undefined
      : {
          possible: false,
          reason: `expected declared failpoints like ${JSON.stringify(among)} that can ${actionsText(action)}, there is none`,
          remedy: 'Declare them with failpoint(), or import the modules that do',
        },
  describe: ({ among, perPoint, perHit, scope, action }) =>
    `failpoints ${among}: each is chosen with probability ${perPoint}, a hit fails with ${perHit}: ${actionsText(action)}, ${scopeText(scope)}`,
  begin({ scope, among, perPoint, perHit, seed, action }, { id, clock, random, log }): Carrier {
    const source = seed === undefined ? random : seededRandom(seed);
    const possible = candidates(among, action);
    const names = [...new Set(possible.map(({ name }) => name))];
    const drawn = names.filter((name) => source.fork(name).next() < perPoint);
    const chosen = drawn.length > 0 ? drawn : names.slice(0, 1);
    log.info({ failpoints: chosen }, 'failpoints of the swarm');
    const points = possible.filter(({ name }) => chosen.includes(name));
    return armPoints(points, { scope, when: { perHit }, where: {}, actions: action }, { id, clock, random: source });
  },
});

function candidates(among: string, action: z.output<typeof failpointActions>) {
  const actions = allActions(action);
  return failpointsLike(among).filter((point) => actions.every((one) => point.objection(one) === undefined));
}
