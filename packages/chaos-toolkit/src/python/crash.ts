/**
 * An error that Chaos Toolkit does not expect: in the method it ends the run as `aborted`, elsewhere the tool dies
 * without a journal. The message is what Python would say.
 */
export class CrashError extends Error {
  override readonly name = 'CrashError';
}

/** What makes an activity `failed`: the message is the one of Chaos Toolkit's `ActivityFailed`. */
export class ActivityFailure extends Error {
  override readonly name = 'ActivityFailure';
}
