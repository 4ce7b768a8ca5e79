import type * as z from 'zod';
import { plainJson } from '../experiment/plain-json.ts';
import { problemError } from '../experiment/problem.ts';
import { checkedBy } from '../experiment/zod-schema.ts';
import type { Card, CardBody, CardHead } from './card.ts';
import { cardSchema } from './card-schema.ts';
import { composeCard } from './compose-card.ts';

/** A card whose names and paths are still open. */
export interface CardTemplate<Parameters extends z.ZodType = z.ZodType> extends CardHead {
  readonly parameters: Parameters;
  /** The card for one system. Throws `CHAOS_CARD_INVALID` with every problem as `path: expected … got …`. */
  with(parameters: z.input<Parameters>): Card;
}

/**
 * Declares a failure card: `drill` holds what is done and expected, or makes it from `parameters`, so that the same card
 * fits many systems. Checked at once; throws `CHAOS_CARD_INVALID`. Whether its fault types and targets exist is checked
 * by the engine it is drilled on.
 */
export function defineCard<Parameters extends z.ZodType>(
  card: CardHead & { readonly parameters: Parameters; readonly drill: (values: z.output<Parameters>) => CardBody },
): CardTemplate<Parameters>;
export function defineCard(card: CardHead & { readonly drill: CardBody }): Card;
export function defineCard(
  card: CardHead &
    ({ readonly parameters: z.ZodType; readonly drill: (values: unknown) => CardBody } | { readonly drill: CardBody }),
): Card | CardTemplate {
  if (!('parameters' in card)) return parseCard(card);
  const { parameters, drill, ...head } = card;
  return {
    ...head,
    parameters,
    with: (values) => parseCard({ ...head, drill: drill(checkedParameters(head.id, parameters, values)) }),
  };
}

/** A card from data of unknown origin, such as a YAML file that was read. Throws `CHAOS_CARD_INVALID`. */
export function parseCard(input: unknown): Card {
  const { json, problems } = plainJson(input);
  if (problems.length > 0) throw problemError('CHAOS_CARD_INVALID', 'the card', problems);
  const checked = checkedBy(cardSchema(), json);
  if (!checked.ok) throw problemError('CHAOS_CARD_INVALID', 'the card', checked.problems);
  return composeCard(checked.value, json, input);
}

function checkedParameters(id: string, schema: z.ZodType, values: unknown): unknown {
  const checked = checkedBy(schema, values);
  if (checked.ok) return checked.value;
  throw problemError('CHAOS_CARD_INVALID', `parameters of card ${id}`, checked.problems);
}
