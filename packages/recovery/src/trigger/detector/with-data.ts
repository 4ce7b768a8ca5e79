import type { JsonObject } from '@bridge/chaos-core';
import type { Detector } from '../trigger.ts';

/**
 * A detector whose alarms tell more: what a playbook has to know of the system, such as the snapshot of a file. `data` wins
 * over what the detector says itself.
 */
export function withData(detector: Detector, data: JsonObject): Detector {
  return async (context) => {
    const opened = await detector(context);
    return {
      async look(signal) {
        const look = await opened.look(signal);
        return look.is === 'bad' ? { ...look, data: { ...look.data, ...data } } : look;
      },
      close: async () => opened.close?.(),
    };
  };
}
