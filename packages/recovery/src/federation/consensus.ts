import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';

/** Who leads the fleet, as its leader signs it. The fields of document 000, and the fencing token. */
export interface Consensus {
  /** When it was reached, seconds since the Unix epoch, clock of the database. */
  readonly epoch: number;
  readonly leader: string;
  /** Names of the replicas that were heard of, sorted; the leader among them. */
  readonly peers: readonly string[];
  readonly status: 'consensus-ok';
  /** Fencing token of the leader's term. */
  readonly term: string;
  readonly bridge: string;
}

export interface SignedConsensus extends Consensus {
  /** Ed25519 (RFC 8032) of the canonical JSON (RFC 8785) of all other fields, in hexadecimal digits. */
  readonly signature: string;
}

/** Signs as one replica. */
export interface ConsensusSigner {
  /** SubjectPublicKeyInfo, base64. */
  readonly publicKey: string;
  sign(consensus: Consensus): SignedConsensus;
}

/** Members in the order of RFC 8785; all of them are texts, whole numbers and lists of texts. */
function canonical({ bridge, epoch, leader, peers, status, term }: Consensus): Buffer {
  return Buffer.from(JSON.stringify({ bridge, epoch, leader, peers, status, term }));
}

/** A signer with this private key: PEM (PKCS 8) or a `KeyObject`, Ed25519. Default: a fresh key. */
export function consensusSigner(privateKey?: string | KeyObject): ConsensusSigner {
  const key =
    privateKey === undefined
      ? generateKeyPairSync('ed25519').privateKey
      : typeof privateKey === 'string'
        ? createPrivateKey(privateKey)
        : privateKey;
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new TypeError(`expected an Ed25519 private key, got ${key.asymmetricKeyType ?? key.type}`);
  }
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');
  return {
    publicKey,
    sign: (consensus) => ({ ...consensus, signature: sign(null, canonical(consensus), key).toString('hex') }),
  };
}

/** True when the signature is that of the holder of this public key (SubjectPublicKeyInfo, base64). */
export function verifyConsensus(consensus: SignedConsensus, publicKey: string): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  const signature = Buffer.from(consensus.signature, 'hex');
  return signature.length === 64 && verify(null, canonical(consensus), key, signature);
}
