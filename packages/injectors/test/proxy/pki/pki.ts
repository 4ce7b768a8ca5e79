import { readFileSync } from 'node:fs';

/** Certificates of this folder, made for `localhost` and 127.0.0.1 for a hundred years: they guard nothing. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

function pair(name: string): Pair {
  const read = (extension: string): string => readFileSync(new URL(`./${name}.${extension}`, import.meta.url), 'utf8');
  return { cert: read('pem'), key: read('key') };
}

/** EC P-256. */
export const authority = pair('ca');
/** RSA, signed by {@link authority}. */
export const leaf = pair('leaf');
/** RSA. */
export const selfSigned = pair('self');
/** Ed25519. */
export const edwards = pair('ed');
