import * as z from 'zod';

const point = z.tuple([z.number(), z.string()]);

/** An instant query's answer (Prometheus HTTP API v1, "Instant queries"). */
const answerSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [
      z.object({ resultType: z.literal('scalar'), result: point }),
      z.object({
        resultType: z.literal('vector'),
        // Native histograms have no `value`.
        result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: point.optional() })),
      }),
      z.object({ resultType: z.literal('string'), result: point }),
      z.object({ resultType: z.literal('matrix'), result: z.array(z.unknown()) }),
    ]),
  }),
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
]);

export interface SeriesValue {
  /** As PromQL writes it: `up{job="api"}`; empty for a scalar. */
  readonly series: string;
  readonly value: number;
}

/** The numbers of an answer, or why there are none to be had. */
export type PrometheusAnswer = readonly SeriesValue[] | { readonly trouble: string };

export function parseAnswer(body: string): PrometheusAnswer {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { trouble: 'expected JSON of the Prometheus HTTP API' };
  }
  const parsed = answerSchema.safeParse(json);
  if (!parsed.success) return { trouble: 'expected an answer of the Prometheus HTTP API v1' };
  if (parsed.data.status === 'error') return { trouble: `${parsed.data.errorType}: ${parsed.data.error}` };
  const { data } = parsed.data;
  switch (data.resultType) {
    case 'scalar':
      return [{ series: '', value: numberOf(data.result[1]) }];
    case 'vector':
      return data.result.map(({ metric, value }) => ({ series: nameOf(metric), value: numberOf(value?.[1] ?? 'NaN') }));
    default:
      return { trouble: `expected numbers (an instant vector or a scalar), got a ${data.resultType}` };
  }
}

function numberOf(text: string): number {
  return text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text);
}

function nameOf({ __name__: name = '', ...labels }: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}
