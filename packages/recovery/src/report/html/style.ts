/** Both colour schemes by `light-dark()`: the reader's system decides, or the switch at the top. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f4f6f9, #0c1016);
  --card: light-dark(#ffffff, #141a22);
  --sunken: light-dark(#f1f4f8, #0f151c);
  --ink: light-dark(#151a22, #e7edf4);
  --soft: light-dark(#596474, #94a1b3);
  --line: light-dark(#dfe4eb, #27303c);
  --good: light-dark(#13744a, #4cc38a);
  --bad: light-dark(#c2261e, #ff7b72);
  --warn: light-dark(#935f00, #e3b341);
  --cold: light-dark(#2a5bd7, #79a8ff);
  --fault: light-dark(#c8480c, #ff9d5c);
  --violet: light-dark(#6d3fc0, #b794f6);
  --good-wash: light-dark(#e5f4ec, #12291f);
  --bad-wash: light-dark(#fdecea, #331a1a);
  --warn-wash: light-dark(#fbf1dc, #2d2410);
  --tone: var(--soft);
  --wash: var(--sunken);
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
:root:has(#theme-light:checked) { color-scheme: light; }
:root:has(#theme-dark:checked) { color-scheme: dark; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 var(--sans); }
main { max-width: 1240px; margin: 0 auto; padding: 20px 20px 48px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0; letter-spacing: -.012em; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 0 0 12px; letter-spacing: -.003em; }
h3 { font-size: 14px; margin: 18px 0 6px; }
p { margin: 0; }
code, pre, .mono { font-family: var(--mono); font-size: 12.5px; }
.soft { color: var(--soft); }
.themes { position: absolute; top: 14px; right: max(20px, calc(50vw - 600px)); display: flex; border: 1px solid var(--line);
  border-radius: 7px; padding: 0; margin: 0; overflow: hidden; background: var(--card); z-index: 1; }
.themes legend { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.themes input { position: absolute; opacity: 0; }
.themes label { padding: 2px 10px; font-size: 12px; color: var(--soft); cursor: pointer; }
.themes input:checked + label { background: var(--sunken); color: var(--ink); }
.themes input:focus-visible + label { outline: 2px solid var(--cold); outline-offset: -2px; }
.brand { font-size: 12.5px; color: var(--soft); margin: 0 0 14px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px 22px; margin: 0 0 16px; }
.head { border-left: 6px solid var(--tone); }
.good { --tone: var(--good); --wash: var(--good-wash); }
.bad { --tone: var(--bad); --wash: var(--bad-wash); }
.warn { --tone: var(--warn); --wash: var(--warn-wash); }
.head-line { display: flex; flex-wrap: wrap; gap: 10px 12px; align-items: center; margin-bottom: 10px; }
.badge { display: inline-block; background: var(--wash); color: var(--tone); border: 1px solid color-mix(in srgb, var(--tone) 35%, transparent);
  border-radius: 999px; padding: 1px 11px; font-size: 13px; font-weight: 600; overflow-wrap: anywhere; max-width: 100%; }
.head-line .badge, td .badge { white-space: nowrap; }
.badge.strong { background: var(--tone); color: var(--card); border-color: var(--tone); letter-spacing: .04em; }
.hypothesis { color: var(--soft); margin-top: 6px; overflow-wrap: anywhere; }
.meta { display: flex; flex-wrap: wrap; gap: 4px 20px; margin-top: 14px; font-size: 12.5px; color: var(--soft); }
.meta code { color: var(--ink); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 12px; margin: 0 0 16px; padding: 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 13px 16px; }
.tile dt { font-size: 12.5px; color: var(--soft); }
.tile dd { margin: 0; }
.tile .value { font-size: 24px; font-weight: 620; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.tile:is(.good, .bad) .value { color: var(--tone); }
.tile .note { font-size: 12.5px; color: var(--soft); }
.reasons { list-style: none; margin: 0; padding: 0; }
.reasons li { display: grid; grid-template-columns: 128px 1fr; gap: 10px; padding: 9px 0; border-top: 1px solid var(--line); }
.reasons.wide li { grid-template-columns: 150px 1fr; }
.reasons li:first-child { border-top: 0; padding-top: 0; }
.reasons li:last-child { padding-bottom: 0; }
.reasons .badge { justify-self: start; align-self: start; }
.numbers { margin: 6px 0 0; display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 12.5px; color: var(--soft); }
.numbers div { display: flex; gap: 6px; }
.numbers dt::after { content: ":"; }
.numbers dd { margin: 0; font-family: var(--mono); color: var(--ink); overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th { text-align: left; font-weight: 600; font-size: 12px; color: var(--soft); }
th, td { padding: 7px 14px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child th, tbody tr:last-child td { border-bottom: 0; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tbody th { color: var(--ink); font-size: 13.5px; } tbody th > * { font-weight: 400; } tbody th > code:first-child { font-weight: 600; }
td.limit, td.when { white-space: nowrap; }
td.name { overflow-wrap: anywhere; min-width: 120px; }
caption { text-align: left; font-size: 12.5px; color: var(--soft); padding-bottom: 6px; }
.ok { color: var(--good); } .no { color: var(--bad); } .unsure { color: var(--warn); }
details > summary { cursor: pointer; color: var(--cold); font-size: 13px; padding: 4px 0; width: fit-content; }
details > summary:focus-visible { outline: 2px solid var(--cold); border-radius: 3px; }
pre { background: var(--sunken); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; overflow: auto; max-height: 460px;
  margin: 6px 0 0; line-height: 1.45; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 5px 18px; margin: 0 0 10px; font-size: 13.5px; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
footer { color: var(--soft); font-size: 12.5px; padding: 4px 2px; }
`.concat(`
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 12.5px; color: var(--soft); margin: 10px 0 0; padding: 0; list-style: none; }
.legend svg { width: 22px; height: 12px; vertical-align: -2px; margin-right: 6px; overflow: visible; }
svg.chart { display: block; width: 100%; min-width: 860px; height: auto; font-family: var(--sans); }
svg text { fill: var(--soft); font-size: 11px; }
svg .strong-text { fill: var(--ink); font-weight: 600; font-size: 12px; }
svg .panel { fill: none; stroke: var(--line); }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .grid.faint { stroke-dasharray: 2 4; }
.phase-band { fill: transparent; }
.phase-baseline .phase-band { fill: color-mix(in srgb, var(--cold) 5%, transparent); }
.phase-stress .phase-band { fill: color-mix(in srgb, var(--violet) 6%, transparent); }
.phase-failure .phase-band { fill: color-mix(in srgb, var(--fault) 8%, transparent); }
.phase-recovery .phase-band { fill: color-mix(in srgb, var(--good) 8%, transparent); }
.phase-tab { fill: var(--sunken); stroke: var(--line); }
.phase-baseline .phase-tab { fill: color-mix(in srgb, var(--cold) 16%, var(--card)); }
.phase-stress .phase-tab { fill: color-mix(in srgb, var(--violet) 18%, var(--card)); }
.phase-failure .phase-tab { fill: color-mix(in srgb, var(--fault) 22%, var(--card)); }
.phase-recovery .phase-tab { fill: color-mix(in srgb, var(--good) 20%, var(--card)); }
svg .kind { fill: var(--soft); font-weight: 400; font-size: 11px; }
svg .phase-name { fill: var(--ink); font-size: 11.5px; font-weight: 600; }
.mark-line { stroke: var(--mark, var(--soft)); stroke-width: 1.25; stroke-dasharray: 4 3; }
.mark-flag { fill: var(--mark, var(--soft)); }
svg .mark-name { fill: var(--ink); font-size: 11.5px; font-weight: 600; paint-order: stroke; stroke: var(--card); stroke-width: 3px; }
svg .mark-time { fill: var(--soft); font-weight: 400; }
.mark-impact { --mark: var(--bad); } .mark-effect, .mark-request, .mark-ack { --mark: var(--fault); }
.mark-detect, .mark-act { --mark: var(--violet); } .mark-removed { --mark: var(--cold); }
.mark-recovered, .mark-confirmed { --mark: var(--good); }
.p95-band { fill: color-mix(in srgb, var(--cold) 24%, transparent); stroke: none; }
.p95-line { fill: none; stroke: var(--cold); stroke-width: 1; opacity: .75; }
.p50-line { fill: none; stroke: var(--cold); stroke-width: 2; stroke-linejoin: round; }
.limit-line { stroke: var(--bad); stroke-dasharray: 6 4; stroke-width: 1.25; }
svg .limit-text { fill: var(--bad); }
.healthy { fill: color-mix(in srgb, var(--good) 70%, var(--card)); }
.degraded-back { fill: color-mix(in srgb, var(--bad) 45%, var(--card)); }
.hatch { stroke: var(--bad); stroke-width: 2.5; }
.unknown { fill: var(--line); }
.fault-hold { fill: light-dark(#c8480c, #b85a1c); }
.fault-edge { fill: color-mix(in srgb, var(--fault) 30%, var(--card)); stroke: var(--fault); stroke-dasharray: 3 2; }
.fault-open { fill: light-dark(#c2261e, #a8322c); stroke: var(--bad); stroke-width: 1.5; }
.fault-point { fill: var(--fault); }
.fault-rejected { stroke: var(--bad); stroke-width: 2.25; fill: none; }
.proof { fill: var(--card); stroke: var(--good); stroke-width: 1.5; }
.proof-check { fill: none; stroke: var(--good); stroke-width: 1.75; }
svg .fault-name.inside { fill: #fff; stroke: none; }
svg .fault-name:not(.inside) { fill: var(--ink); paint-order: stroke; stroke: var(--card); stroke-width: 3px; }
svg .fault-name { font-size: 11.5px; font-weight: 600; }
.signal { fill: var(--violet); }
.health-area { fill: color-mix(in srgb, var(--good) 18%, transparent); } .health-line { fill: none; stroke: var(--good); stroke-width: 1.5; }
.second .hit { fill: transparent; } .second .readout { visibility: hidden; }
.second:hover .hit { fill: color-mix(in srgb, var(--ink) 10%, transparent); } .second:hover .readout { visibility: visible; }
svg .readout { fill: var(--ink); font-size: 11.5px; font-variant-numeric: tabular-nums; paint-order: stroke; stroke: var(--card); stroke-width: 4px; }
.before-line { fill: none; stroke: var(--soft); stroke-width: 1.75; stroke-dasharray: 5 3; }
.after-line { fill: none; stroke: var(--cold); stroke-width: 2; }
.interval-track { stroke: var(--line); stroke-width: 6; stroke-linecap: round; } .interval { stroke: var(--tone); stroke-width: 6; stroke-linecap: round; }
.interval-target { stroke: var(--ink); stroke-width: 2; } .interval-dot { fill: var(--card); stroke: var(--tone); stroke-width: 2; }
svg.mini { width: 150px; height: 18px; overflow: visible; }
@media (max-width: 640px) { main { padding: 44px 10px 32px; } .card { padding: 16px 14px; } .reasons li { grid-template-columns: 1fr; gap: 4px; } h1 { font-size: 21px; } }
@media print { :root { color-scheme: light; } body { background: #fff; } .themes { display: none; } .card, .tile { break-inside: avoid; } main { max-width: none; padding: 0; } svg.chart { min-width: 0; } }
`);
