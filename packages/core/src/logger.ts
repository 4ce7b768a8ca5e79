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
