import type { Activity } from '../experiment/experiment.ts';
import { isDict } from '../python/value.ts';
import type { Finding } from '../run/finding.ts';
import { everyActivity } from './every-activity.ts';
import { type TrapRule, trap } from './trap.ts';

/** What an activity says that does not do what it seems to. */
export const activityTraps: TrapRule = function* (experiment) {
  for (const activity of everyActivity(experiment)) {
    const { raw, path, provider, section } = activity;
    if (raw['timeout'] !== undefined && raw['timeout'] !== null) {
      const remedy = 'Move it into the provider: provider.timeout.';
      yield trap('timeout-not-enforced', `${path}.timeout`, 'the time-out of an activity is never enforced', remedy);
    }
    if (section === 'hypothesis' && activity.background) {
      yield trap(
        'background-ignored',
        `${path}.background`,
        'probes of the hypothesis run one after the other',
        'Remove it.',
      );
    }
    if (section === 'hypothesis' && activity.type === 'action') {
      yield trap(
        'action-in-hypothesis',
        `${path}.type`,
        'an action here runs at every check',
        'Make it a probe, or move it.',
      );
    }
    if (provider.type === 'http') yield* httpTraps(activity);
    if (provider.type === 'process') yield* processTraps(activity);
  }
};

function* httpTraps({ path, provider }: Activity): Generator<Finding> {
  if (provider.type !== 'http' || provider.method === 'GET' || provider.arguments === null) return;
  for (const [name, value] of Object.entries(provider.headers)) {
    if (name.toLowerCase() !== 'content-type' || !String(value).includes('json')) continue;
    if (name === 'Content-Type' && value === 'application/json') continue;
    const remedy = 'Write "Content-Type": "application/json", exactly so.';
    yield trap(
      'sent-as-form',
      `${path}.provider.headers.${name}`,
      'the arguments are sent as a form, not as JSON',
      remedy,
    );
  }
}

function* processTraps({ path, provider }: Activity): Generator<Finding> {
  if (provider.type !== 'process') return;
  const where = `${path}.provider.arguments`;
  if (isDict(provider.arguments) && Object.keys(provider.arguments).length > 0) {
    yield trap(
      'mapping-of-arguments',
      where,
      'empty values drop out of a mapping silently; it is deprecated',
      'Write a list.',
    );
  }
}
