/**
 * Style sheet of the report. Figures keep a white background in dark mode, because their colors are tested on white.
 */
export const stylesheet = `
:root {
  --paper: #ffffff; --ink: #1b1b1b; --muted: #5a5a5a; --rule: #d9d9d9; --shade: #f5f6f8; --warn: #fff4dc; --warn-rule: #c98a00;
  --accent: #0b5fa5;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #16181c; --ink: #e8e8e6; --muted: #a7abb3; --rule: #3a3e46; --shade: #20242a; --warn: #362b12; --warn-rule: #d9a13a; --accent: #7cc0ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }
main { max-width: 56rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1, h2, h3 { overflow-wrap: anywhere; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.01em; }
h2 { font-size: 1.25rem; margin: 2.6rem 0 .8rem; padding-bottom: .3rem; border-bottom: 1px solid var(--rule); }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
p { margin: .6rem 0; max-width: 44rem; overflow-wrap: anywhere; }
.subtitle { color: var(--muted); margin-top: 0; }
.question { font-size: 1.12rem; }
.answer { background: var(--shade); border-left: 4px solid var(--accent); padding: .8rem 1rem; margin: 1.2rem 0 0; }
.answer h2 { font-size: 1rem; margin: 0; padding: 0; border: 0; color: var(--accent); }
.answer p { font-size: 1.08rem; margin: .4rem 0 0; max-width: none; }
.skip { position: absolute; left: -100vw; top: 0; z-index: 1; padding: .6rem 1rem; background: var(--paper); color: var(--accent); }
.skip:focus { left: 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.banner { background: var(--warn); border-left: 4px solid var(--warn-rule); padding: .6rem .9rem; }
.note, figcaption, small { color: var(--muted); }
.note { font-size: .86rem; }
.scroll { overflow-x: auto; margin-top: 1.4rem; }
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
/* The title stays in view while a wide table scrolls. */
caption { text-align: left; }
caption h3 { position: sticky; left: 0; width: max-content; max-width: min(44rem, calc(100vw - 2.5rem)); margin: 0 0 .4rem; }
th, td { text-align: left; padding: .38rem .8rem .38rem 0; vertical-align: baseline; }
thead tr:last-child > * { border-bottom: 1.5px solid var(--ink); }
tbody tr > * { border-bottom: 1px solid var(--rule); }
tbody th { font-weight: 600; min-width: 8rem; max-width: 16rem; }
.number { text-align: right; padding-left: .8rem; padding-right: .4rem; white-space: nowrap; }
.number small { display: block; line-height: 1.2; }
sup { font-size: .75em; line-height: 0; font-style: normal; color: var(--muted); }
.span { text-align: center; font-weight: 600; color: var(--muted); font-size: .86rem; }
.published { background: var(--shade); font-style: italic; }
.first { border-left: 2px solid var(--rule); }
.sources { padding-left: 1.4rem; margin: .3rem 0; }
figure { margin: 1.8rem 0 2.4rem; }
.sheet { background: #fff; border: 1px solid var(--rule); border-radius: 6px; padding: .4rem; overflow-x: auto; text-align: center; }
.sheet svg { max-width: 100%; height: auto; }
figcaption { font-size: .92rem; margin-top: .6rem; max-width: 44rem; }
figcaption strong { color: var(--ink); }
figcaption small { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .8em; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 0 2rem; }
.columns ul { padding-left: 1.1rem; margin: .3rem 0; }
pre { background: var(--shade); border: 1px solid var(--rule); border-radius: 6px; padding: .7rem .9rem; overflow-x: auto; font-size: .88rem; }
code { font-family: ui-monospace, Menlo, Consolas, monospace; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; font-size: .92rem; margin: 0; }
dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 46rem) {
  main { padding: 1.5rem 1rem 3rem; }
  h1 { font-size: 1.5rem; }
  /* Scaled to a narrow screen, the letters of a figure would be too small to read: it scrolls instead. */
  .sheet { text-align: left; }
  .sheet svg { max-width: none; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
}
@media print {
  :root { --paper: #fff; --ink: #000; --muted: #444; --rule: #bbb; --shade: #f3f3f3; --warn: #f3f3f3; --warn-rule: #000; }
  @page { margin: 18mm 16mm; }
  html { font-size: 10pt; }
  body { font-size: 1rem; }
  main { max-width: none; padding: 0; }
  .skip { display: none; }
  figure, table, pre, dl, .banner, .answer, .columns { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .sheet { border: 0; padding: 0; }
  /* One figure fits on one page of A4 or Letter with its caption. */
  .sheet svg { max-height: 19cm; width: auto; }
  .sheet, .scroll { overflow: visible; }
}
`;
