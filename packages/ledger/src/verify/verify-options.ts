import type { Policy } from '../note/policy.ts';

export interface VerifyOptions {
  /** Whom to trust. Without it the key that lies beside the log is taken, which excludes accidents only. */
  readonly policy?: Policy;
  /** Check every commit's signature, not only the last and those of key rotations. About 8,000 per second. */
  readonly everySignature?: boolean;
  /** Signed checkpoints the verifier holds from before: the log must be a continuation of each. */
  readonly known?: readonly string[];
}
