import { freshId, seededRandom } from '@bridge/chaos-core';
import * as z from 'zod';
import type { ConnectionFaultOrder } from '../proxy/control/fault-order.ts';
import { invalidStream, invalidToxicType } from './api/api-error.ts';
import { parseWith } from './api/body.ts';
import { type Attributes, type Behaviour, TOXIC_KINDS } from './toxic-kinds.ts';

const toxicity = z.number().min(0).max(1);
const attributes = z.record(z.string(), z.unknown()).nullish();

export const toxicBody = z.object({
  name: z.string().nullish(),
  type: z.string().nullish(),
  stream: z.string().nullish(),
  toxicity: toxicity.nullish(),
  attributes,
});

/** Everything else a client sends along with a change is ignored. */
export const toxicChange = z.object({ toxicity: toxicity.nullish(), attributes });

/** A toxic as clients see it. */
export interface ToxicJson {
  readonly attributes: Attributes;
  readonly name: string;
  readonly type: string;
  readonly stream: string;
  readonly toxicity: number;
}

/** One toxic of one proxy: what clients see, and the fault that it is. */
export class Toxic {
  readonly json: ToxicJson;
  readonly direction: 'upstream' | 'downstream';
  readonly #id: string;
  readonly #behaviour: Behaviour;

  private constructor(json: ToxicJson, behaviour: Behaviour, id: string) {
    this.json = json;
    this.direction = directionOf(json.stream);
    this.#behaviour = behaviour;
    this.#id = id;
  }

  static read(body: z.output<typeof toxicBody>): Toxic {
    const stream = body.stream || 'downstream';
    directionOf(stream);
    const type = body.type ?? '';
    const read = TOXIC_KINDS.get(type);
    if (read === undefined) throw invalidToxicType();
    const { attributes: all, behaviour } = read(body.attributes ?? {});
    const json = {
      attributes: all,
      name: body.name || `${type}_${stream}`,
      type,
      stream,
      toxicity: body.toxicity ?? 1,
    };
    return new Toxic(json, behaviour, freshId('toxic'));
  }

  /** The same toxic with some attributes changed. */
  changed(change: z.output<typeof toxicChange>): Toxic {
    const { type } = this.json;
    const read = TOXIC_KINDS.get(type);
    if (read === undefined) throw invalidToxicType();
    const { attributes: all, behaviour } = read({ ...this.json.attributes, ...change.attributes });
    return new Toxic(
      { ...this.json, attributes: all, toxicity: change.toxicity ?? this.json.toxicity },
      behaviour,
      this.#id,
    );
  }

  /** Undefined for one that does nothing. Its name decides, with the proxy's seed, which connections it hits. */
  get order(): ConnectionFaultOrder | undefined {
    if (this.#behaviour === undefined) return undefined;
    const seed = seededRandom(this.json.name).int(2 ** 32);
    const { direction } = this;
    return { ...this.#behaviour, id: this.#id, seed, direction, scope: 'all', perConnection: this.json.toxicity };
  }
}

function directionOf(stream: string): 'upstream' | 'downstream' {
  const lower = stream.toLowerCase();
  if (lower === 'upstream' || lower === 'downstream') return lower;
  throw invalidStream();
}

/** Reads several toxics; names must be unique. */
export function readToxics(bodies: readonly unknown[]): Toxic[] {
  return bodies.map((body) => Toxic.read(parseWith(toxicBody, body)));
}
