import type { Random } from '@bridge/chaos-core';
import type { ConnectionFaultOrder } from '../control/fault-order.ts';
import type { Connection, Way } from './connection.ts';
import {
  bandwidthSchedule,
  holdSchedule,
  latencySchedule,
  type Schedule,
  sliceSchedule,
  slowCloseSchedule,
} from './schedule.ts';

/**
 * Faults of one connection stand in this order whatever the order of injection, so the same faults always give the
 * same behaviour: count, send, travel, arrive in slices, vanish, end late, or be cut.
 */
const RANK = {
  limit: 0,
  bandwidth: 1,
  latency: 2,
  slice: 3,
  timeout: 4,
  swallow: 4,
  'slow-close': 5,
  reset: 6,
} as const;

/** Makes one fault act on one connection. */
export function strike(connection: Connection, order: ConnectionFaultOrder, random: Random): void {
  const { id, direction } = order;
  const hold = (schedule: (way: Way) => Schedule): void => connection.hold(id, RANK[order.kind], direction, schedule);
  switch (order.kind) {
    case 'latency':
      hold((way) => latencySchedule(order.delay, order.jitter, random.fork(way)));
      break;
    case 'bandwidth':
      hold(() => bandwidthSchedule(order.rate));
      break;
    case 'slice':
      hold((way) => sliceSchedule(order.size, order.variation, order.pause, random.fork(way)));
      break;
    case 'timeout':
      hold(() => holdSchedule);
      if (order.closeAfter !== undefined) connection.after(id, order.closeAfter, () => connection.cut());
      break;
    case 'swallow':
      connection.swallow(id, RANK.swallow, direction);
      if (order.closeAfter !== undefined) connection.after(id, order.closeAfter, () => connection.cut());
      break;
    case 'slow-close':
      hold(() => slowCloseSchedule(order.delay));
      break;
    case 'limit':
      connection.limit(id, RANK.limit, order);
      break;
    case 'reset':
      connection.after(id, order.after, () => connection.reset(direction));
      break;
  }
}
