import type { IncidentView } from '../query/incidents.ts';
import type { LogHead } from '../store/log-store.ts';

const COLUMNS = [
  'timestamp',
  'incident_id',
  'card_id',
  'category',
  'success',
  'mean_time_to_detect',
  'mean_time_to_heal',
  'gates_passed',
  'gates_failed',
  'entries',
] as const;

function cell(incident: IncidentView, column: (typeof COLUMNS)[number]): string {
  const value = incident[column];
  if (value === null) return '';
  return Array.isArray(value) ? value.join(' ') : String(value);
}

/** RFC 4180. A leading `=`, `+`, `-` or `@` is disarmed, because spreadsheets run such cells. */
export function incidentsCsv(incidents: readonly IncidentView[]): string {
  const quote = (value: string): string =>
    `"${(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;
  const rows = incidents.map((incident) => COLUMNS.map((column) => quote(cell(incident, column))).join(','));
  return [COLUMNS.join(','), ...rows, ''].join('\r\n');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** One static page without scripts. */
export function incidentsHtml(
  origin: string,
  head: LogHead,
  incidents: readonly IncidentView[],
  complete: boolean,
): string {
  const rows = incidents.map(
    (incident) => `<tr>${COLUMNS.map((column) => `<td>${escapeHtml(cell(incident, column))}</td>`).join('')}</tr>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Chaos ledger ${escapeHtml(origin)}</title>
<style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem}table{border-collapse:collapse}td,th{border:1px solid #bbb;padding:.3rem .6rem;text-align:left}code{word-break:break-all}</style>
<h1>Chaos ledger</h1>
<p>Log <code>${escapeHtml(origin)}</code>, ${head.size} entries, root <code>${head.root}</code>.</p>
<p>${complete ? 'This bundle holds every entry that is left in the log.' : 'This bundle is a selection: complete is false.'}
Times to detect and to heal are in seconds and derived from the entries whose numbers stand in the last column. See VERIFY.md.</p>
<table><thead><tr>${COLUMNS.map((column) => `<th>${column}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table>
</html>
`;
}
