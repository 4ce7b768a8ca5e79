import { wrap } from './wrap.ts';

/** Chaos without an engine. */
export const chaos = { wrap } as const;
