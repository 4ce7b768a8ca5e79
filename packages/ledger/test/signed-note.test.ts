import { describe, expect, it } from 'vitest';
import {
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
  witnessesOf,
} from '../src/note/checkpoint.ts';
import { cosignedMessage } from '../src/note/cosignature-message.ts';
import { checkPolicy, formatPolicy, parsePolicy, policyOf } from '../src/note/policy.ts';
import { openNote, parseNote, signatureLine, signNote } from '../src/note/signed-note.ts';
import { cosigner, generateSigner, parseSigner } from '../src/note/signer.ts';
import { parseVerifierKey } from '../src/note/verifier.ts';
import examples from './vectors/c2sp-examples.json' with { type: 'json' };
import vectors from './vectors/signed-note.json' with { type: 'json' };

const mutate = (bytes: Buffer, at: number, bit: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
};

describe('a signed note', () => {
  it('is signed exactly as golang.org/x/mod/sumdb/note signs it', async () => {
    for (const { skey, text, signed } of vectors.sign) expect(await signNote(text, [parseSigner(skey)])).toBe(signed);
    const [, enoch] = vectors.signers;
    expect(generateSigner('EnochRoot', Buffer.alloc(32)).verifier.vkey).toBe(enoch?.vkey);
  });

  it.each(vectors.badVkeys)('refuses the key %s', (vkey) => {
    expect(() => parseVerifierKey(vkey)).toThrow(/CHAOS_LEDGER_KEY_INVALID/);
  });

  it.each(vectors.open.map((vector, at) => ({ at, vector })))('opens or refuses reference note $at', ({ vector }) => {
    const note = vector.noteHex === undefined ? vector.note : Buffer.from(vector.noteHex, 'hex');
    const keys = vector.keys.map(parseVerifierKey);
    if (vector.error !== undefined) {
      expect(() => openNote(note ?? '', keys)).toThrow(/CHAOS_LEDGER_NOTE_INVALID/);
      return;
    }
    const opened = openNote(note ?? '', keys);
    expect(opened.verified.map(({ name }) => name)).toEqual(vector.verified);
    const unknown = opened.signatures.filter((signature) => !opened.verified.includes(signature));
    expect(unknown.map(({ name }) => name)).toEqual(vector.unverified);
  });

  it('survives no change of a single bit, not even of base64 padding', async () => {
    const signer = generateSigner('example.com/log');
    const checkpoint = { origin: 'example.com/log', size: 7, root: 'ab'.repeat(32) };
    const note = Buffer.from(await signCheckpoint(checkpoint, [signer]));
    expect(openCheckpoint(note.toString(), signer.verifier)).toEqual(checkpoint);
    for (let at = 0; at < note.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        expect(() => openNote(mutate(note, at, bit), [signer.verifier]), `byte ${at}, bit ${bit}`).toThrow();
      }
    }
  });

  it('never shows a secret key in an error', () => {
    const secret = 'PRIVATE+KEY+x+00000000+AAAA';
    expect(() => parseSigner(secret)).toThrow(expect.not.stringContaining('AAAA'));
  });
});

describe('a checkpoint', () => {
  it('reads the specification example with its cosignature', () => {
    const note = parseNote(examples.checkpointWithCosignature);
    expect(parseCheckpoint(note.text)).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20_852_163 });
    expect(formatCheckpoint(parseCheckpoint(note.text))).toBe(note.text);
    expect(cosignedMessage(note.text, BigInt(examples.cosignatureTimestamp)).toString()).toBe(examples.cosignedMessage);
    expect(note.signatures.map(({ signature }) => signature.length)).toEqual([64, 72]);
  });

  it.each([
    '',
    'o\n1\n',
    'o\n01\nAAAA\n',
    'o\n1\nAAAA\n',
    `o\n-1\n${'A'.repeat(43)}=\n`,
    `o\n1\n${'A'.repeat(42)}B=\n`,
  ])('refuses %j', (text) => {
    expect(() => parseCheckpoint(text)).toThrow(/CHAOS_LEDGER_NOTE_INVALID/);
  });

  it('says which witnesses have seen it and when', async () => {
    const log = generateSigner('example.com/log');
    const witness = cosigner('witness.example');
    const checkpoint = { origin: 'example.com/log', size: 1, root: 'cd'.repeat(32) };
    let note = await signCheckpoint(checkpoint, [log]);
    note += await signatureLine(formatCheckpoint(checkpoint), witness);
    const opened = openNote(note, [log.verifier, witness.verifier]);
    expect(witnessesOf(opened, [witness.verifier])).toEqual([{ name: 'witness.example', at: expect.any(Number) }]);
    const policy = { ...policyOf([log.verifier], [witness.verifier]), quorum: 'witness.example' };
    expect(checkPolicy(note, parsePolicy(formatPolicy(policy))).checkpoint).toEqual(checkpoint);
    const bare = await signCheckpoint(checkpoint, [log]);
    expect(() => checkPolicy(bare, policy)).toThrow(/quorum/);
  });
});

describe('a policy', () => {
  const log = `log ${generateSigner('example.com/log').verifier.vkey}`;
  const witness = (name: string): string => `witness ${name} ${cosigner(name).verifier.vkey}`;

  it('reads nested groups', () => {
    const policy = parsePolicy(
      `# ours\n${log}\n${witness('a')}\n${witness('b')}\ngroup g all a b\ngroup h any g a\nquorum h\n`,
    );
    expect(policy.groups.get('g')).toEqual({ name: 'g', threshold: 2, members: ['a', 'b'] });
    expect(parsePolicy(formatPolicy(policy)).quorum).toBe('h');
  });

  it.each([
    '',
    `${log}\n`,
    'quorum x\n',
    'quorum none\nquorum none\n',
    'group g 2 a\nquorum g\n',
    'colour red\nquorum none\n',
  ])('refuses %j', (text) => {
    expect(() => parsePolicy(text)).toThrow(/CHAOS_LEDGER_KEY_INVALID/);
  });
});
