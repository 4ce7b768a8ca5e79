import { patternText } from '@bridge/chaos-core';
import * as z from 'zod';

const text = z.string().min(1);
const states = z.enum(['created', 'running', 'paused', 'restarting', 'exited', 'dead']);

const details = z
  .strictObject({
    /** Exact name, or a unique prefix of the id (at least 4 hex digits). */
    name: text.optional(),
    /** All of these labels with exactly these values. */
    labels: z.record(text, z.string()).optional(),
    compose: z.strictObject({ project: text.optional(), service: text.optional() }).optional(),
    /** Image as the container was created from; without a tag it matches every tag. */
    image: text.optional(),
    /** Unanchored regular expression on the name. */
    nameMatches: patternText.optional(),
    /** Group as on the target: `project/service` of compose, or the value of the group label. */
    group: text.optional(),
    state: z.union([states, z.array(states).min(1)]).optional(),
    /** Only this named connection; all of them without it. */
    connection: text.optional(),
  })
  .refine((query) => Object.values(query).some((value) => value !== undefined), {
    error: 'expected at least one of name, labels, compose, image, nameMatches, group, state, connection',
  });

/**
 * What may stand under `container` in a selector: a name or id prefix, or an object whose members must all match.
 * A name or id finds the container in any state; everything else finds living ones unless `state` says otherwise.
 */
export const containerQuery = z.union([text.transform((name) => ({ name })), details]).meta({ id: 'ContainerQuery' });

export type ContainerQuery = z.output<typeof details>;
