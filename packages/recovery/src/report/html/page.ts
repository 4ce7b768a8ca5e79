import { createHash } from 'node:crypto';
import { html, Markup } from './markup.ts';
import { STYLE } from './style.ts';

/**
 * One HTML file that needs nothing else. Its policy forbids scripts, images, fonts, connections and every style but its
 * own, so that even a name that slipped through unescaped could do nothing.
 */
export function page(title: string, body: Markup): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return `${html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${THEMES}
${body}
</body>
</html>
`}`;
}

const THEMES = html`<fieldset class="themes"><legend>Colours</legend>${(['auto', 'light', 'dark'] as const).map(
  (theme) =>
    html`<input type="radio" name="theme" id="theme-${theme}"${theme === 'auto' ? html` checked` : null}><label for="theme-${theme}">${theme}</label>`,
)}</fieldset>`;
