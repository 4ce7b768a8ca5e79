import type { GameDayReport } from '@bridge/chaos-core';

type Injected = GameDayReport['injects'][number];
type Reactions = NonNullable<Injected['run']>['detection'];

/** The report of a game day as Markdown: injects, people and programs side by side, the timeline. */
export function gameDayMarkdown(report: GameDayReport): string {
  const { name, description, startedAt, ended, injects, timeline, roles } = report;
  return [
    `# ${plain(name)}`,
    '',
    ...(description === null ? [] : [plain(description), '']),
    `${startedAt}, ${ended}. ${Object.entries(roles)
      .filter(([, people]) => people.length > 0)
      .map(([role, people]) => `${role}: ${people.map(plain).join(', ')}`)
      .join('; ')}.`,
    '',
    '| inject | was | verdict | noticed by people | by programs | acted: people | programs | recovered |',
    '|---|---|---|---|---|---|---|---|',
    ...injects.map(row),
    mean('mean', report),
    '',
    '| at | what | who | |',
    '|---|---|---|---|',
    ...timeline.map(({ at, kind, by, text }) => `| ${seconds(at)} | ${kind} | ${plain(by ?? '')} | ${plain(text)} |`),
    '',
  ].join('\n');
}

function row({ title, scenario, run }: Injected): string {
  if (run === null) return `| ${plain(title)} | ${scenario} | not run | | | | | |`;
  const { verdict, detection, action, timeToRecover } = run;
  const recovered = timeToRecover === null ? '–' : seconds(timeToRecover);
  return `| ${plain(title)} | ${scenario} | ${verdict} | ${both(detection)} | ${both(action)} | ${recovered} |`;
}

function both({ human, automatic }: Reactions): string {
  return [human, automatic]
    .map((reaction) => (reaction === null ? 'nobody' : `${seconds(reaction.after)} (${plain(reaction.by)})`))
    .join(' | ');
}

function mean(title: string, { detection, action }: GameDayReport): string {
  const cells = [detection.human, detection.automatic, action.human, action.automatic].map((one) => {
    const time = one.mean === null ? '–' : seconds(one.mean);
    return one.missed === 0 ? time : `${time}, missed ${one.missed}`;
  });
  return `| ${title} | | | ${cells.join(' | ')} | |`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** What people wrote must not become a table, a tag or a link. */
function plain(text: string): string {
  return text.replace(/[\\|<>[\]`*_]/g, '\\$&').replace(/\s+/g, ' ');
}
