import { type Report, summarize } from '@bridge/chaos-core';
import { fromEngine } from './messages.ts';
import type { Program } from './program.ts';
import type { Chapter, View } from './view/view.ts';

/**
 * Shows what the engine says, until every fault of its last experiment is on. Resolves with the reports of those
 * before; rejects when the engine ends before that.
 */
export async function followEngine(engine: Program, view: View): Promise<readonly Report[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly Report[]>();
  let chapter: Chapter | undefined;
  let effective = 0;
  const reports: Report[] = [];
  engine.process.on('message', (message) => {
    const said = fromEngine.parse(message);
    switch (said.kind) {
      case 'chapter':
        chapter = said;
        effective = 0;
        view.chapter(said);
        break;
      case 'report':
        reports.push(said.report);
        tell(said.report, view);
        break;
      case 'event':
        view.event(said.event);
        if (said.event.type === 'fault:effective') effective += 1;
        if (chapter !== undefined && isLast(chapter) && effective === Object.keys(chapter.holds).length)
          resolve(reports);
    }
  });
  void engine.ended.then(() => reject(new Error('the engine ended before it was killed')));
  return promise;
}

function isLast({ number, of }: Chapter): boolean {
  return number === of;
}

function tell(report: Report, view: View): void {
  const [verdict = '', ...reasons] = summarize(report);
  const { good, bad } = view.styles;
  view.line((report.passed ? good : bad)(verdict));
  for (const reason of reasons) view.line(reason);
}
