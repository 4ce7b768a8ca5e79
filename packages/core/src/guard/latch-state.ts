/** Whether the emergency stop is engaged, by whom and why. `time` is RFC 3339, wall clock. */
export type LatchState =
  | { readonly engaged: false }
  | { readonly engaged: true; readonly reason: string; readonly time: string; readonly actor: string | null };
