import * as z from 'zod';

/** Options of `app()`. */
export const appOptions = z.strictObject({
  /**
   * Which faults may replace functions of Node for as long as they live, since no public hook reaches what they break:
   * `dns` (`dns.lookup`), `fs` (functions of `node:fs`), `clock` (`Date`). Default: none.
   */
  patches: z.array(z.enum(['dns', 'fs', 'clock'])).default([]),
});
