import type { Report } from '@bridge/chaos-core';
import * as z from 'zod';
import { sinceStart } from '../text/report-words.ts';
import { moment, percent } from '../text/units.ts';
import { type Lane, laneName } from './lane.ts';
import { html, type Markup } from './markup.ts';
import { type Point, through } from './path.ts';
import { linearScale, px } from './scale.ts';
import { LEFT, RIGHT, type TimelineFrame } from './timeline-frame.ts';

const SIGNALS = 24;
const MOST_SIGNALS = 200;
const HEALTH = 44;

/** What the system's own detectors and healers said, when they said it. */
export function signalLane(frame: TimelineFrame): Lane[] {
  const { signals } = frame.report;
  if (signals.length === 0) return [];
  const drawn = signals.slice(0, MOST_SIGNALS).map((signal) => signalSign(frame, signal));
  return [{ height: SIGNALS, content: html`${laneName('signals', '', 16)}${drawn}` }];
}

type Signal = Report['signals'][number];

function signalSign({ report, time }: TimelineFrame, { kind, name, at }: Signal): Markup {
  const x = time.at(at);
  const shape = {
    trigger: `M${px(x)} 4l7 13h-14z`,
    playbook: `M${px(x - 6)} 5h12v12h-12z`,
    task: `M${px(x)} 4l7 7l-7 7l-7 -7z`,
  }[kind];
  return html`<g data-signal="${kind}"><title>${kind} ${name}, ${moment(sinceStart(report, at))} after the start</title><path class="signal" d="${shape}"/></g>`;
}

const healthSecond = z.object({ score: z.number().nullable() });

/** The health score by the second, 0 to 1. */
export function healthLane({ report, time }: TimelineFrame): Lane[] {
  const scores = report.events.flatMap(({ type, monotonic, data }) => {
    const score = type === 'health:second' ? healthSecond.safeParse(data).data?.score : undefined;
    return score == null ? [] : [{ at: monotonic, score }];
  });
  if (scores.length < 2) return [];
  const axis = linearScale(0, 1, HEALTH - 1, 3, 2);
  const points = scores.map(({ at, score }): Point => [time.at(at), axis.at(score)]);
  const floor = (index: number): Point => [time.at(scores.at(index)?.at ?? 0), HEALTH - 1];
  const lowest = scores.reduce((low, { score }) => Math.min(low, score), 1);
  const content = html`${laneName('health', `lowest ${percent(lowest)}`, 18)}<rect class="panel" x="${LEFT}" y="0" width="${RIGHT - LEFT}" height="${HEALTH}"/>
<path class="health-area" d="${through([floor(0), ...points, floor(-1)])}Z"/><path class="health-line" d="${through(points)}"/>`;
  return [{ height: HEALTH, content }];
}
