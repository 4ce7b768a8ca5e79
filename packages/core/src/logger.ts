import type { JsonObject } from './json.ts';

/** The shape of pino's logger; a pino instance can be passed as it is. */
export interface Logger {
  debug(data: JsonObject, message: string): void;
  info(data: JsonObject, message: string): void;
  warn(data: JsonObject, message: string): void;
  error(data: JsonObject, message: string): void;
}

/** Says nothing: an embedded SDK is silent unless asked. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** From the most to the least talkative. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Passes on only what is at least as grave as `level`, for loggers that have no levels of their own. */
export function atLevel(logger: Logger, level: LogLevel): Logger {
  const least = LOG_LEVELS.indexOf(level);
  const from = (own: Exclude<LogLevel, 'silent'>): Logger['info'] =>
    LOG_LEVELS.indexOf(own) < least ? silentLogger[own] : (data, message) => logger[own](data, message);
  return { debug: from('debug'), info: from('info'), warn: from('warn'), error: from('error') };
}
