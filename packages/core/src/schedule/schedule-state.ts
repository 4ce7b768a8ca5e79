/**
 * Where a schedule stands.
 * - `off`: was never turned on; `resume()` does.
 * - `running`: `next` is its next tick, RFC 3339; null when there is none any more.
 * - `paused`: begins nothing; what is under way goes on.
 * - `draining`: begins nothing any more and ends with what is under way.
 * - `stopping`: what is under way is being reverted.
 * - `ended`: for good.
 */
export type ScheduleState =
  | { readonly phase: 'off' }
  | { readonly phase: 'running'; readonly next: string | null }
  | { readonly phase: 'paused'; readonly reason: string }
  | { readonly phase: 'draining'; readonly reason: string }
  | { readonly phase: 'stopping'; readonly reason: string }
  | { readonly phase: 'ended'; readonly reason: string };

export type SchedulePhase = ScheduleState['phase'];
