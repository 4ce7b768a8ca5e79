import { type AnyChaosEvent, type Report, type ReportHeader, reportSchema } from '@bridge/chaos-core';
import * as z from 'zod';
import { jsonOf } from './json-of.ts';

/** Version this SDK writes. It reads every version from 1 on. */
export const RUN_JOURNAL_VERSION = 1;

const header = reportSchema.pick({
  format: true,
  version: true,
  id: true,
  name: true,
  expect: true,
  actor: true,
  seed: true,
  environment: true,
  versions: true,
  experiment: true,
  secrets: true,
});

const headLine = z.object({
  format: z.literal('bridge-chaos/run-journal'),
  version: z.int().min(1),
  header,
});

const laterLine = z.union([
  z.object({ event: reportSchema.shape.events.unwrap().element }),
  z.object({ report: reportSchema }),
]);

/** An event as it stands in a report. */
export type ReportEvent = Report['events'][number];

/** A line after the first. */
export type LaterLine = { readonly event: ReportEvent } | { readonly report: Report };

export function headText(known: ReportHeader): string {
  return `${JSON.stringify({ format: 'bridge-chaos/run-journal', version: RUN_JOURNAL_VERSION, header: known })}\n`;
}

export function eventText(event: AnyChaosEvent): string {
  return `${JSON.stringify({ event })}\n`;
}

export function reportText(report: Report): string {
  return `${JSON.stringify({ report })}\n`;
}

/** Undefined when the line is not the first of a run's journal. */
export function parseHead(line: string): ReportHeader | undefined {
  const parsed = headLine.safeParse(jsonOf(line));
  return parsed.success ? parsed.data.header : undefined;
}

/** Undefined for a line that was torn when the writer died. */
export function parseLater(line: string): LaterLine | undefined {
  const parsed = laterLine.safeParse(jsonOf(line));
  return parsed.success ? parsed.data : undefined;
}
