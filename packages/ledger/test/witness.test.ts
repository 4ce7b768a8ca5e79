import { describe, expect, it } from 'vitest';
import { KEY_TYPE } from '../src/note/key-name.ts';
import { cosigner } from '../src/note/signer.ts';
import { parseVerifierKey, verifierOf } from '../src/note/verifier.ts';
import { Witness } from '../src/witness/witness.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import vectors from './vectors/witness-add-checkpoint.json' with { type: 'json' };

const SIGSUM = `sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562`;
const logs = [
  { key: verifierOf(SIGSUM, KEY_TYPE.ed25519, Buffer.from(vectors.logKeyHexSigsum, 'hex')) },
  { key: parseVerifierKey(vectors.sumdbVkey), origin: 'go.sum database tree' },
];

describe('a witness', () => {
  it('answers the transcript of litewitness, and remembers across restarts', async () => {
    const directory = await temporaryFolder();
    const signer = cosigner('example.com/witness');
    for (const { file, requestBody, status, asserts } of vectors.requests) {
      // A new witness each time: everything it knows is on the disk.
      const witness = new Witness({ directory: `${directory}/${file}`, mode: 'witness', signer, logs });
      const response = await witness.handle(
        new Request('http://w/add-checkpoint', { method: 'POST', body: requestBody }),
      );
      const body = await response.text();
      // The transcript is older than the text, which now says 404 for an unknown log.
      expect(response.status, requestBody).toBe(asserts.includes('unknown log') ? 404 : status);
      if (status === 200) expect(body).toMatch(/^— example\.com\/witness [\w+/=]+\n$/);
      if (status === 409) {
        expect(asserts).toContain(JSON.stringify(body));
        expect(response.headers.get('content-type')).toBe('text/x.tlog.size');
      }
    }
  });

  it.each(['', 'old x\n\nfoo', 'old 0\nnot a hash\n\no\n1\nx\n'])('refuses the malformed body %j', async (body) => {
    const witness = new Witness({ directory: await temporaryFolder(), mode: 'witness', signer: cosigner('w'), logs });
    const response = await witness.handle(new Request('http://w/add-checkpoint', { method: 'POST', body }));
    expect(response.status).toBe(400);
  });
});
