import * as z from 'zod';
import { direction, narrowing } from '../peer/narrowing.ts';

/** Params of every fault that hits single packets by chance. */
export const onPackets = {
  ...narrowing,
  /** Without it each way takes the direction it does best; the plan names it. */
  direction: direction.optional(),
};

/** Probability that a packet is hit, drawn for each packet. */
export const perPacket = z.number().gt(0).max(1);

/** How much a draw resembles the one before, as netem has it: the share that is hit changes with it. */
export const correlation = z.number().min(0).lt(1).default(0);
