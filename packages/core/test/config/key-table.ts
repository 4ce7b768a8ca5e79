import { CONFIGURATION_KEYS, type ConfigurationKey } from '../../src/index.ts';

/** The table of `docs/configuration.md`. */
export function keyTable(): string {
  const head = ['| key | from | default | variable | what it does |', '|---|---|---|---|---|'];
  return [...head, ...CONFIGURATION_KEYS.map(row)].join('\n');
}

function row({ path, source, standing, fallback, variable, meaning }: ConfigurationKey): string {
  const what = standing === 'refused' ? `**refused**: ${meaning}` : meaning;
  return `| ${[code(path), source, code(fallback), code(variable), what].join(' | ')} |`;
}

const code = (text: string | null): string => (text === null ? '' : `\`${text}\``);
