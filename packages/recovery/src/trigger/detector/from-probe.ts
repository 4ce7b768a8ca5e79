import type { JsonObject } from '@bridge/chaos-core';
import { checkInTime } from '../../probe/check-in-time.ts';
import { http } from '../../probe/http/http-probe.ts';
import { type AnyProbeSpec, openProbe } from '../../probe/open-probe.ts';
import type { Detector } from '../trigger.ts';

/** Whatever a probe calls degraded. */
export function fromProbe(spec: AnyProbeSpec): Detector {
  return async ({ clock, log }) => {
    const probe = await openProbe(spec, { clock, log });
    return {
      async look(signal) {
        const { health, detail = `${spec.name} is ${health}` } = await checkInTime(probe, clock, signal);
        return health === 'healthy' ? { is: 'good' } : { is: health === 'degraded' ? 'bad' : 'unknown', detail };
      },
      close: () => probe.close(),
    };
  };
}

/** An answer whose body is no longer what its JSON Schema says. */
export function schemaDrift({ url, schema }: { readonly url: string; readonly schema: JsonObject }): Detector {
  return fromProbe(http({ name: 'schema', url, expect: { body: { schema } } }));
}
