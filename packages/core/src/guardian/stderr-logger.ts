import type { Logger } from '../logger.ts';

/** Lines of JSON on standard error, which the launcher has pointed at `guardian.log`. */
export function stderrLogger(): Logger {
  const line =
    (level: string): Logger['info'] =>
    (data, message) =>
      void process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...data })}\n`);
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}
