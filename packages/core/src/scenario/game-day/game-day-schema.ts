import * as z from 'zod';
import { duration } from '../../duration.ts';
import { problemError } from '../../experiment/problem.ts';
import { checkedBy, strict } from '../../experiment/zod-schema.ts';
import type { ParameterValues } from '../parameter.ts';
import { scenarioName } from '../scenario.ts';

const people = z.array(z.string().min(1)).default([]);

/** One thing that is done to the system on a game day. */
const inject = strict({
  /** What it is called before it is revealed. Default: `inject 1`, `inject 2`, … */
  title: z.string().min(1).exactOptional(),
  scenario: scenarioName,
  with: z
    .record(
      z.string(),
      z.custom<unknown>((value) => value !== undefined),
    )
    .default({}),
  /** Rest before it, after the one before has ended. */
  after: duration.default(0),
  /** Responders are not told what it is until it is over. */
  hidden: z.boolean().default(true),
  /** What responders should do: revealed with it. */
  expected: z.string().min(1).exactOptional(),
});

const gameDay = strict({
  name: z.string().min(1).max(100),
  description: z.string().min(1).exactOptional(),
  roles: strict({
    /** Knows what is coming; a facilitator's own signals are no detection. */
    facilitator: z.array(z.string().min(1)).min(1, { error: 'expected at least one facilitator' }),
    /** Notice and mend. */
    responder: z.array(z.string().min(1)).min(1, { error: 'expected at least one responder' }),
    /** Look on. */
    observer: people,
    /** Write down what happens. */
    scribe: people,
  }),
  injects: z.array(inject).min(1),
}).superRefine(({ roles }, context) => {
  const all = Object.values(roles).flat();
  for (const person of new Set(all.filter((one, index) => all.indexOf(one) !== index))) {
    context.addIssue({
      code: 'custom',
      path: ['roles'],
      message: `expected one role for each person, got two for ${person}`,
    });
  }
});

export type GameDayPlan = z.output<typeof gameDay>;
export type GameDayInput = Omit<z.input<typeof gameDay>, 'injects'> & {
  readonly injects: readonly (Omit<z.input<typeof inject>, 'with'> & { readonly with?: ParameterValues })[];
};
export type Inject = GameDayPlan['injects'][number];
export type Role = keyof GameDayPlan['roles'];

/** Throws `CHAOS_SCENARIO_INVALID` with every problem and its path. */
export function checkGameDay(input: GameDayInput): GameDayPlan {
  const checked = checkedBy(gameDay, input);
  if (checked.ok) return checked.value;
  throw problemError('CHAOS_SCENARIO_INVALID', 'the game day', checked.problems);
}

/** The role of a person, or undefined for a stranger. */
export function roleOf({ roles }: GameDayPlan, person: string): Role | undefined {
  const all: readonly Role[] = ['facilitator', 'responder', 'observer', 'scribe'];
  return all.find((role) => roles[role].includes(person));
}
