import { STATUS_CODES } from 'node:http';

/** What Toxiproxy answers when it will not do something: a status and a text that clients match on. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = `ApiError: ${STATUS_CODES[status]}`;
    this.status = status;
  }
}

export const badRequest = (reason: string): ApiError => new ApiError(400, `bad request body: ${reason}`);
export const missingField = (field: string): ApiError => new ApiError(400, `missing required field: ${field}`);
export const proxyNotFound = (): ApiError => new ApiError(404, 'proxy not found');
export const proxyExists = (): ApiError => new ApiError(409, 'proxy already exists');
export const toxicNotFound = (): ApiError => new ApiError(404, 'toxic not found');
export const toxicExists = (): ApiError => new ApiError(409, 'toxic already exists');
export const invalidToxicType = (): ApiError => new ApiError(400, 'invalid toxic type');
export const invalidStream = (): ApiError =>
  new ApiError(400, 'stream was invalid, can be either upstream or downstream');
/** Not of Toxiproxy, which has no owner. */
export const orphaned = (): ApiError =>
  new ApiError(
    503,
    'the process that started this server is gone; it only forwards until toxiproxyServer() takes it over',
  );
