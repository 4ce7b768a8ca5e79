/** Words that make a key name secret wherever they stand in it; names are compared in lower case, letters and digits only. */
const TELLING = [
  'password',
  'passwd',
  'passphrase',
  'pwd',
  'secret',
  'token',
  'authorization',
  'cookie',
  'credential',
  'apikey',
  'accesskey',
  'privatekey',
  'signingkey',
  'encryptionkey',
  'connectionstring',
  'sessionid',
] as const;

/** Names that are secret only as a whole: too short or too common to look for inside others. */
const WHOLE = new Set(['auth', 'pass', 'pin', 'otp', 'jwt', 'dsn', 'bearer', 'sid', 'cvv', 'cvc']);

/** A fencing token is a counter that everybody may see. */
const HARMLESS = new Set(['fencingtoken']);

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** How much a key name says about its value: `some` = text is secret, a number such as `tokenCount` is not. */
export type KeySecrecy = 'all' | 'some' | 'none';

/** Judges key names; `extra` names are secret as a whole, whatever their value. */
export function keyJudge(extra: readonly string[]): (name: string) => KeySecrecy {
  const whole = new Set([...WHOLE, ...extra.map(plain)]);
  const known = new Map<string, KeySecrecy>();
  return (name) => {
    let secrecy = known.get(name);
    if (secrecy === undefined) {
      secrecy = judge(plain(name.slice(0, 200)), whole);
      if (known.size < 1_000) known.set(name, secrecy);
    }
    return secrecy;
  };
}

function judge(name: string, whole: ReadonlySet<string>): KeySecrecy {
  if (whole.has(name)) return 'all';
  if (HARMLESS.has(name)) return 'none';
  if (TELLING.some((word) => name.endsWith(word))) return 'all';
  return TELLING.some((word) => name.includes(word)) ? 'some' : 'none';
}
