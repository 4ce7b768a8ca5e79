import { cronPattern } from '../guard/window.ts';

export const FREQUENCIES = ['hourly', 'daily', 'weekly', 'cron'] as const;

export type Frequency = (typeof FREQUENCIES)[number];

type Read = { readonly ok: true; readonly pattern: string } | { readonly ok: false; readonly problem: string };

const PATTERNS: Readonly<Record<Exclude<Frequency, 'cron'>, { readonly form: RegExp; readonly example: string }>> = {
  hourly: { form: /^:(?<minute>[0-5]\d)$/, example: ':30' },
  daily: { form: /^(?<hour>[01]\d|2[0-3]):(?<minute>[0-5]\d)$/, example: '02:30' },
  weekly: {
    form: /^(?<day>mon|tue|wed|thu|fri|sat|sun) (?<hour>[01]\d|2[0-3]):(?<minute>[0-5]\d)$/i,
    example: 'mon 02:30',
  },
};

/** The cron pattern that document 003's pair of `frequency` and `schedule_pattern` means. */
export function scheduleCron(frequency: Frequency, text: string): Read {
  if (frequency === 'cron') return asCron(text);
  const { form, example } = PATTERNS[frequency];
  const { minute, hour = '*', day = '*' } = form.exec(text)?.groups ?? {};
  if (minute === undefined) {
    return {
      ok: false,
      problem: `expected a time for "${frequency}" such as "${example}", got ${JSON.stringify(text)}`,
    };
  }
  const hours = hour === '*' ? hour : String(Number(hour));
  return { ok: true, pattern: `${Number(minute)} ${hours} * * ${day.toUpperCase()}` };
}

function asCron(text: string): Read {
  const parsed = cronPattern.safeParse(text);
  if (parsed.success) return { ok: true, pattern: text };
  return { ok: false, problem: parsed.error.issues[0]?.message ?? 'expected a cron pattern' };
}
