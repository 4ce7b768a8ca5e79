/** What `chaos` ends with. The numbers are stable: scripts and CI depend on them. */
export const EXIT = {
  passed: 0,
  failed: 1,
  usage: 2,
  /** Invalid or inconclusive: nothing is known about the system. */
  untold: 3,
  stopped: 4,
  /** A fault could not be proven undone. Wins over all. */
  leaked: 5,
  internal: 70,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** From the one that wins over all to the one that wins over none. */
const GRAVITY: readonly ExitCode[] = [
  EXIT.leaked,
  EXIT.internal,
  EXIT.stopped,
  EXIT.usage,
  EXIT.failed,
  EXIT.untold,
  EXIT.passed,
];

/** The one code of several. */
export function gravest(codes: readonly ExitCode[]): ExitCode {
  return GRAVITY.find((code) => codes.includes(code)) ?? EXIT.passed;
}
