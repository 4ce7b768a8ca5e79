/** The JSON value of a line; undefined for one that was torn when its writer died. */
export function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The caller decides what a missing line means.
    return undefined;
  }
}
