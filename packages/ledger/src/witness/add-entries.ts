import { isChaosError, messageOf } from '@bridge/chaos-core';
import * as z from 'zod';
import { LEDGER_EVENT } from '../entry/ledger-events.ts';
import type { Frontier } from '../merkle/frontier.ts';
import { isHash, leafHash } from '../merkle/hash.ts';
import { policyOf } from '../note/policy.ts';
import type { NoteSigner } from '../note/signer.ts';
import { verifyTlogProof } from '../note/tlog-proof.ts';
import { type NoteVerifier, parseVerifierKey } from '../note/verifier.ts';
import { cosign, judgeCheckpoint, type LogKeysOf, originOf } from './add-checkpoint.ts';
import { type Answer, refused } from './answer.ts';
import { frontierOf, type LogBook } from './log-book.ts';

/** An entry's exact bytes, or its hash alone when it is not for this destination. */
const itemSchema = z.union([
  z.strictObject({ entry: z.string() }),
  z.strictObject({ leaf: z.string().refine(isHash) }),
]);

/** What a ledger sends to a mirror: entries `[from, from + n)`, the checkpoint after them, the proof from `from`. */
export const addEntriesSchema = z.strictObject({
  origin: z.string(),
  from: z.int().nonnegative(),
  entries: z.array(itemSchema).max(10_000),
  checkpoint: z.string(),
  consistency: z.array(z.string().refine(isHash)).max(63),
  /** Key rotations of the log: the announcing entry and its tlog-proof under the key before. */
  handovers: z.array(z.strictObject({ entry: z.string(), proof: z.string() })).max(1_000),
});

export type AddEntries = z.output<typeof addEntriesSchema>;

/** Answers one request of a ledger's outbox: checks, stores the entries, cosigns. Called one at a time per log. */
export async function addEntries(
  body: string,
  bookOf: (origin: string) => Promise<LogBook>,
  keysOf: LogKeysOf,
  signer: NoteSigner,
): Promise<Answer> {
  try {
    const request = addEntriesSchema.parse(JSON.parse(body));
    const keys = keysOf(request.origin);
    if (keys.length === 0 || originOf(request.checkpoint) !== request.origin) return refused(404, 'unknown log');
    const book = await bookOf(request.origin);
    if (request.from !== book.known.size) return { kind: 'conflict', size: book.known.size };
    return await accept(request, book, keys, signer);
  } catch (error) {
    if (isChaosError(error) || error instanceof z.ZodError || error instanceof SyntaxError)
      return refused(400, messageOf(error));
    throw error;
  }
}

async function accept(
  request: AddEntries,
  book: LogBook,
  configured: readonly NoteVerifier[],
  signer: NoteSigner,
): Promise<Answer> {
  const announced = announcedKeys(request, configured, book.known.keys);
  const frontier = frontierOf(book.known);
  const lines = lay(request, frontier);
  const { from, consistency, checkpoint } = request;
  const keys = [...configured, ...announced];
  const judged = judgeCheckpoint({ old: from, proof: consistency, note: checkpoint }, keys, book.known);
  if (judged.kind === 'answer') return judged.answer;
  if (judged.next.size !== frontier.size || judged.next.root !== frontier.root()) {
    return refused(422, 'the entries do not have the root of the checkpoint');
  }
  await book.accept({ ...judged.next, peaks: frontier.peaks(), keys: announced.map(({ vkey }) => vkey) }, lines);
  return { kind: 'cosigned', line: await cosign(checkpoint, signer) };
}

/** The keys the log has announced: each in an entry that is proven under a key known before. */
function announcedKeys(
  { handovers }: AddEntries,
  configured: readonly NoteVerifier[],
  known: readonly string[],
): NoteVerifier[] {
  const announced = known.map(parseVerifierKey);
  for (const { entry, proof } of handovers) {
    const { type, data } = JSON.parse(entry);
    if (type !== LEDGER_EVENT.keyRotated || typeof data?.vkey !== 'string') continue;
    const trusted = [...configured, ...announced];
    if (trusted.some(({ vkey }) => vkey === data.vkey)) continue;
    verifyTlogProof(proof, Buffer.from(entry), policyOf(trusted));
    announced.push(parseVerifierKey(data.vkey));
  }
  return announced;
}

/** Appends the entries to the tree; returns them as lines. */
function lay({ entries }: AddEntries, frontier: Frontier): string {
  let lines = '';
  for (const item of entries) {
    frontier.append('leaf' in item ? item.leaf : leafHash(Buffer.from(item.entry)));
    lines += 'leaf' in item ? `~${item.leaf}\n` : `${item.entry}\n`;
  }
  return lines;
}
