/** Secrets that are recognised by their looks: a name for the record, and where in a text they stand. */
export const SECRET_SHAPES: readonly { readonly rule: string; readonly pattern: RegExp }[] = [
  { rule: 'aws-key', pattern: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g },
  { rule: 'github-token', pattern: /\b(?:gh[opsur]_\w{20,255}|github_pat_\w{20,255})/g },
  { rule: 'slack-token', pattern: /\bxox[abeprs]-[\w-]{8,255}/g },
  { rule: 'stripe-key', pattern: /\b[rs]k_(?:live|test)_\w{8,255}/g },
  { rule: 'json-web-token', pattern: /\beyJ[\w-]{5,4000}\.[\w-]{5,4000}(?:\.[\w-]{0,4000})?/g },
  {
    rule: 'private-key',
    pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]{0,8000}?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g,
  },
  { rule: 'ledger-key', pattern: /PRIVATE\+KEY\+[^\s+]{1,200}\+[0-9a-f]{8}\+[\w+/=]{40,60}/g },
  { rule: 'url-credentials', pattern: /(?<=:\/\/)[^\s/?#@:"']{0,200}:[^\s/?#"'@]{1,200}(?=@)/g },
  { rule: 'authorization', pattern: /\b(?:Bearer|Basic) {1,4}[\w.~+/=-]{8,4000}/gi },
  {
    rule: 'named-secret',
    pattern:
      /(?<=(?:passw(?:or)?d|secret|token|api[_-]?key|access[_-]?key)["']?\s{0,4}[=:]\s{0,4}["']?)[^\s"'&,;)}\]]{1,400}/gi,
  },
];

/** One cheap look: where this does not match, no shape and no key rule can. */
export const SUSPICIOUS =
  /AKIA|ASIA|ABIA|ACCA|gh[opsur]_|github_pat|xox[abeprs]-|[rs]k_(?:live|test)|eyJ|PRIVATE.KEY|:\/\/[^"\s]*@|bearer |basic |passw|passphrase|pwd|secret|token|cookie|authori[sz]ation|credential|api[_-]?key|access[_-]?key|private[_-]?key/i;

/** Key names whose values are secret, compared without case, `-` and `_`. */
const SECRET_NAME =
  /(?:password|passwd|passphrase|pwd|secret|token|cookie|authorization|credentials?|apikey|accesskey|privatekey|connectionstring)$/;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.toLowerCase().replaceAll(/[-_\s]/g, ''));
}
