import * as z from 'zod';
import { nearestTo } from '../experiment/suggestion.ts';
import { defaultedKey } from './key.ts';
import { onOff, probability, someSeconds } from './units.ts';

/** Names of document 000 for what is forwarded. The ledger knows which of its entries each stands for. */
const FORWARDED = ['federation/heartbeat', 'federation/consensus', 'recovery'] as const;

const entryTypes = /^[a-z]+:(?:\*|[a-z-]+)$/;

const forwarded = z.string().superRefine((name, ctx) => {
  if (FORWARDED.some((known) => known === name) || entryTypes.test(name)) return;
  const [near] = nearestTo(name, FORWARDED);
  const meant = near === undefined ? '' : `; did you mean "${near}"?`;
  const message = `expected one of ${FORWARDED.join(', ')}, or entry types such as "fault:*", got "${name}"${meant}`;
  ctx.addIssue({ code: 'custom', message, input: name });
});

/** `bridge.runtime.yaml` of document 000. */
export const RUNTIME = {
  recovery: defaultedKey({
    path: 'runtime.health.recovery',
    source: '000',
    value: onOff,
    fallback: true,
    variable: { name: 'BRH_RECOVERY_ENABLED', alias: 'CHAOS_RECOVERY_ENABLED', reads: 'switch' },
    meaning: 'the watchtower; inert, with an event that says so, where there is no Docker',
  }),
  chaosEnabled: defaultedKey({
    path: 'runtime.health.chaos.enabled',
    source: '000',
    value: onOff,
    fallback: false,
    variable: { name: 'BRH_CHAOS_ENABLED', alias: 'CHAOS_ENABLED', reads: 'switch' },
    meaning: 'arms the engine and starts the monkey',
  }),
  chaosInterval: defaultedKey({
    path: 'runtime.health.chaos.interval',
    source: '000',
    value: someSeconds,
    fallback: 600,
    variable: { name: 'BRH_CHAOS_INTERVAL', reads: 'number' },
    meaning: 'the monkey rolls the dice so often; seconds, or a text with a unit',
  }),
  killProbability: defaultedKey({
    path: 'runtime.health.chaos.probability',
    source: '000',
    value: probability,
    fallback: 0.15,
    variable: { name: 'BRH_KILL_PROB', reads: 'number' },
    meaning: 'chance of a fault each time, 0 to 1',
  }),
  forward: defaultedKey({
    path: 'runtime.ledger.forward',
    source: '000',
    value: z.array(forwarded),
    fallback: [],
    meaning: 'what the ledger sends on, to where the host says in code',
  }),
} as const;
