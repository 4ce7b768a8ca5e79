/**
 * Whether an error carries one of the system's error codes (`ENOENT`, …).
 * @param {unknown} error
 * @param {readonly string[]} codes
 */
export function hasCode(error, ...codes) {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
