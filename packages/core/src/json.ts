/** A value that survives `JSON.stringify` and `JSON.parse` unchanged (RFC 8259). */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. Optional members may be absent, never `undefined` once serialised. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}
