/** Why a fault cannot be done to a target, and what would help. */
export interface Obstacle {
  readonly reason: string;
  readonly remedy: string;
}
