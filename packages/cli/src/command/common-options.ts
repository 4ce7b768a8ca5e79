import type { ConfigChoice } from '../config/load-config.ts';

/** Options that every command has. */
export interface CommonOptions extends ConfigChoice {
  /** One JSON document on standard output, and nothing else there. */
  readonly json?: boolean;
}
