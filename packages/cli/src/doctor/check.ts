/** What a look at this host found. `failed` keeps things from working; `limited` makes a guarantee weaker or a fault impossible. */
export interface Check {
  readonly area: 'host' | 'state' | 'permissions' | 'docker' | 'kernel' | 'leftovers' | 'configuration';
  readonly name: string;
  readonly outcome: 'ok' | 'limited' | 'failed';
  readonly found: string;
  /** What would make it ok. */
  readonly remedy?: string;
}
