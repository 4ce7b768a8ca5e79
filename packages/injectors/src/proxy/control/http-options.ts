import * as z from 'zod';

const pair = z.object({ cert: z.string(), key: z.string() });

const serverTls = pair.extend({
  /** Who signed `cert`, so that one like it with other dates can be made. */
  issuer: pair.optional(),
});
export type ServerTls = z.output<typeof serverTls>;

const upstreamTls = z.object({ ca: z.string().optional(), servername: z.string().optional(), verify: z.boolean() });
export type UpstreamTls = z.output<typeof upstreamTls>;

/** How a data plane speaks HTTP/1; certificates and keys are PEM. */
export const httpOptions = z.object({ tls: serverTls.optional(), upstreamTls: upstreamTls.optional() });
export type HttpOptions = z.output<typeof httpOptions>;
