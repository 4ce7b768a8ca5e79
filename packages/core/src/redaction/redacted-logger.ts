import { type Logger, silentLogger } from '../logger.ts';
import type { Redactor } from './redactor.ts';

/**
 * The same logger behind the redactor. A logger that throws cannot hurt the caller: what it could not write is lost,
 * since there is nowhere else to say so.
 */
export function redactedLogger(logger: Logger, redactor: Redactor): Logger {
  if (logger === silentLogger) return logger;
  const behind =
    (level: keyof Logger): Logger['info'] =>
    (data, message) => {
      try {
        logger[level](redactor.object(data), redactor.text(message));
      } catch {
        // Documented above: a broken logger has nobody left to tell.
      }
    };
  return { debug: behind('debug'), info: behind('info'), warn: behind('warn'), error: behind('error') };
}
