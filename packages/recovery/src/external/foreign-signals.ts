import type { JsonObject } from '@bridge/chaos-core';
import * as z from 'zod';

/** What a monitor or a healer of the system's own told. */
export interface ForeignSignal {
  readonly kind: 'trigger' | 'playbook' | 'task';
  readonly name: string;
  readonly data: JsonObject;
}

const text = z.record(z.string(), z.string());

/** Our own form. */
const own = z
  .strictObject({
    kind: z.enum(['trigger', 'playbook', 'task']),
    name: z.string().min(1).max(200),
    data: z.record(z.string(), z.json()).default({}),
  })
  .transform(({ kind, name, data }): ForeignSignal[] => [{ kind, name, data }]);

/** Prometheus Alertmanager's webhook, version 4: alerts that fire are triggers, those that are resolved are nothing. */
const alertmanager = z
  .object({
    version: z.literal('4'),
    alerts: z.array(
      z.object({ status: z.enum(['firing', 'resolved']), labels: text, startsAt: z.string().optional() }),
    ),
  })
  .transform(({ alerts }): ForeignSignal[] =>
    alerts
      .filter(({ status }) => status === 'firing')
      .map(({ labels }) => ({ kind: 'trigger', name: labels['alertname'] ?? 'alert', data: { labels } })),
  );

const body = z.union([own, alertmanager], {
  error: 'expected { kind: "trigger" | "playbook" | "task", name, data } or an Alertmanager webhook of version 4',
});

/** The signals in a request body, or why there are none. */
export function foreignSignals(json: string): readonly ForeignSignal[] | { readonly complaint: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return { complaint: 'expected JSON' };
  }
  const result = body.safeParse(parsed);
  if (result.success) return result.data;
  return { complaint: result.error.issues.map(({ message }) => message).join('; ') };
}
