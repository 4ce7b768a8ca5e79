/** What stands in the place of a secret. */
export const REDACTED = '[redacted]';

interface Shape {
  readonly pattern: RegExp;
  /** `$1`, `$2` keep what is not secret. */
  readonly replacement: string;
}

/**
 * Texts that are secrets by their looks. Every pattern is linear: it starts at a place that cannot repeat inside its own
 * match (a boundary looked behind at, or a fixed word followed by a run that is consumed whole).
 */
const SHAPES: readonly Shape[] = [
  {
    // PEM private keys (RFC 7468), also cut off ones.
    pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g,
    replacement: REDACTED,
  },
  // JSON Web Tokens (RFC 7519): base64url of '{"' begins with eyJ.
  { pattern: /(?<![\w-])eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)*/g, replacement: REDACTED },
  // AWS access key ids.
  { pattern: /(?<![A-Z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Z0-9])/g, replacement: REDACTED },
  {
    // Tokens with a vendor's prefix: GitHub, GitLab, Slack, Stripe, npm, Google.
    pattern:
      /(?<![\w-])(?:gh[opsur]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{8,}|[rs]k_(?:live|test)_\w{8,}|npm_\w{16,}|AIza[\w-]{30,})/g,
    replacement: REDACTED,
  },
  {
    // Header lines: everything up to the end of the line or quote.
    pattern:
      /(authorization|cookie)(\\{0,4}["']?\s{0,8}[=:](?!\s{0,8}\[redacted\])\s{0,8})(\\{0,4}"[^"]*(?:"|$)|'[^']*(?:'|$)|[^\r\n"']+)/gi,
    replacement: `$1$2${REDACTED}`,
  },
  {
    // name=value and name: value in connection strings, queries, environment lines and JSON in text, also quoted once more.
    pattern:
      /(passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key(?:[_-]?id)?|private[_-]?key|account[_-]?key|signature)(\\{0,4}["']?\s{0,8}[=:](?!\s{0,8}\[redacted\])\s{0,8})(\\{0,4}"[^"]*(?:"|$)|'[^']*(?:'|$)|[^\s"'&,;)}\]]+)/gi,
    replacement: `$1$2${REDACTED}`,
  },
  // The authorization schemes of RFC 7617 and RFC 6750 inside longer texts.
  { pattern: /\b(Bearer|Basic)(\s{1,8})(?=\S*[\d=._~+/-])[\w.~+/=-]{6,}/gi, replacement: `$1$2${REDACTED}` },
  // Passwords in the user information of a URL (RFC 3986, 3.2.1). The last @ counts: passwords may hold one.
  { pattern: /(:\/\/[^\s/?#@:"']*):[^\s/?#"']*@/g, replacement: `$1:${REDACTED}@` },
];

/** A cheap look that lets most texts pass: none of the shapes can match where this does not. */
const SUSPICIOUS =
  /eyJ|PRIVATE KEY|AKIA|ASIA|ABIA|ACCA|gh[opsur]_|github_pat|glpat|xox|_live_|_test_|npm_|AIza|bearer|basic|:\/\/|passw|passphrase|pwd|secret|token|key|authorization|cookie|signature/i;

/** Replaces everything in the text that looks like a secret. */
export function withoutSecretShapes(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return SHAPES.reduce((rest, { pattern, replacement }) => rest.replaceAll(pattern, replacement), text);
}
