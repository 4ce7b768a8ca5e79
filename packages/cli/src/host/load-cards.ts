import { extname } from 'node:path';
import { type Card, parseCard } from '@bridge/chaos-core';
import { importDefault } from '../config/import-default.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { readLimited } from '../config/read-limited.ts';
import { readYaml } from '../config/read-yaml.ts';
import { usageError } from '../config/usage-error.ts';

const TEXT = new Set(['.yaml', '.yml', '.json']);

/** The failure cards of the host file, by id. Throws a usage error when it names none. */
export async function loadCards({ cards: files, base, file }: LoadedConfig): Promise<ReadonlyMap<string, Card>> {
  const cards = new Map<string, Card>();
  for (const path of files) {
    for (const card of await cardsIn(path, base)) {
      if (cards.has(card.id))
        throw usageError(`expected the ids of cards to be unique, got ${card.id} again in ${path}`);
      cards.set(card.id, card);
    }
  }
  if (cards.size > 0) return cards;
  throw usageError(`expected failure cards: name files by \`cards: [ … ]\` in ${file ?? 'chaos.config.yaml'}`);
}

async function cardsIn(path: string, base: string): Promise<readonly Card[]> {
  if (TEXT.has(extname(path))) return [parseCard(readYaml(await readLimited(path), path))];
  const exported = await importDefault(path, base);
  const all: readonly unknown[] = Array.isArray(exported) ? exported : [exported];
  return all.map((card) => {
    if (isCard(card)) return card;
    throw usageError(`expected the default export of ${path} to be a card of defineCard, or a list of them`);
  });
}

function isCard(value: unknown): value is Card {
  return (
    typeof value === 'object' && value !== null && 'fingerprint' in value && 'experiment' in value && 'id' in value
  );
}
