/** What startFromConfig() can start, in the order in which it does. */
export type PartName =
  | 'forwarding'
  | 'heartbeat'
  | 'election'
  | 'engine'
  | 'watchtower'
  | 'health-monitor'
  | 'auto-recovery'
  | 'monkey'
  | `schedule ${string}`;

/** Whether a part runs, and why. */
export interface Part {
  readonly part: PartName;
  /** `inert`: it runs and can do nothing for now. */
  readonly state: 'on' | 'off' | 'inert';
  readonly why: string;
}
