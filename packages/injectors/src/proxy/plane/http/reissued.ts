import { createPrivateKey, type KeyObject, sign, X509Certificate } from 'node:crypto';
import type * as z from 'zod';
import type { validity } from '../../control/fault-order.ts';
import type { ServerTls } from '../../control/http-options.ts';
import { children, encode, type Node, utcTime } from './der.ts';

export type Validity = z.output<typeof validity>;

const DAY = 86_400_000;
const YEAR = 365 * DAY;

/** From and to, in days from now: far enough that no clock is in doubt. */
const SPANS = { expired: [-2 * YEAR, -DAY], 'not-yet-valid': [DAY, YEAR] } as const;

/** Why no certificate like this one with other dates can be made; undefined when it can. */
export function whyNotReissued({ cert, issuer }: ServerTls): string | undefined {
  const { subject, issuer: signer } = new X509Certificate(cert);
  return issuer === undefined && subject !== signer ? `it is signed by ${signer}, whose key is not given` : undefined;
}

/** The same certificate (subject, names, key), valid at another time than `now` and signed by the same issuer; PEM. RFC 5280. */
export function reissued({ cert, key, issuer }: ServerTls, validity: Validity, now: number): string {
  const signer = createPrivateKey((issuer ?? { key }).key);
  const [tbs] = children(new X509Certificate(cert).raw);
  if (tbs === undefined) throw new Error('expected an X.509 certificate');
  const algorithm = algorithmOf(signer);
  const body = encode(
    0x30,
    retimed(
      children(tbs.bytes),
      algorithm,
      SPANS[validity].map((span) => utcTime(new Date(now + span))),
    ),
  );
  const signature = sign(signer.asymmetricKeyType === 'ed25519' ? null : 'sha256', body, signer);
  const der = encode(0x30, [body, algorithm, encode(0x03, [Buffer.of(0), signature])]);
  const lines = der
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

/** TBSCertificate: [version], serial, signature algorithm, issuer, validity, subject, … */
function retimed(parts: readonly Node[], algorithm: Buffer, times: readonly Buffer[]): Buffer[] {
  const serial = parts.findIndex(({ tag }) => tag === 0x02);
  const span = encode(0x30, times);
  return parts.map(({ bytes }, index) => (index === serial + 1 ? algorithm : index === serial + 3 ? span : bytes));
}

const RSA_SHA256 = Buffer.from('300d06092a864886f70d01010b0500', 'hex');
const ECDSA_SHA256 = Buffer.from('300a06082a8648ce3d040302', 'hex');
const ED25519 = Buffer.from('300506032b6570', 'hex');

function algorithmOf({ asymmetricKeyType: type }: KeyObject): Buffer {
  if (type === 'rsa') return RSA_SHA256;
  if (type === 'ec') return ECDSA_SHA256;
  if (type === 'ed25519') return ED25519;
  throw new Error(`expected an RSA, EC or Ed25519 key, got ${type}`);
}
