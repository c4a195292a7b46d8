/// How the page looks: system fonts, one accent for each method, light and dark, phone to print.
enum PageStyle {
  static let text = #"""
    :root {
      color-scheme: light dark;
      --paper: #ffffff; --raised: #f6f7f9; --ink: #16181d; --quiet: #5b6270; --line: #e3e6eb;
      --nonlinear: #2f5bd8; --linear: #c0601a; --kernel: #2f8a5b; --grid: #e9ebef;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #121418; --raised: #1a1d23; --ink: #e8eaee; --quiet: #9aa3b2; --line: #2b3038;
        --nonlinear: #86a5ff; --linear: #f0a060; --kernel: #7fd0a3; --grid: #262a31;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body {
      margin: 0; background: var(--paper); color: var(--ink);
      font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
      font-variant-numeric: tabular-nums;
    }
    main, header, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.5rem; }
    header { padding-top: 4rem; }
    .eyebrow { margin: 0; color: var(--quiet); font-size: .875rem; letter-spacing: .02em; overflow-wrap: anywhere; }
    h1 { margin: .6rem 0 1rem; max-width: 26em; font-size: clamp(1.5rem, 3.6vw, 2.25rem); line-height: 1.2; letter-spacing: -.015em; font-weight: 650; text-wrap: balance; }
    .lead { margin: 0; max-width: 46em; color: var(--quiet); overflow-wrap: anywhere; }
    .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1px; margin: 2.5rem 0 0; padding: 0; background: var(--line); border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; }
    .tiles div { padding: 1.1rem 1.25rem; background: var(--paper); }
    .tiles dt { color: var(--quiet); font-size: .8125rem; }
    .tiles dd { margin: .15rem 0 0; font-size: 1.6rem; font-weight: 600; letter-spacing: -.01em; }
    .tiles small { display: block; color: var(--quiet); font-size: .8125rem; font-weight: 400; letter-spacing: 0; }
    .nonlinear { color: var(--nonlinear); } .linear { color: var(--linear); }
    section { margin: 4.5rem 0 0; }
    h2 { margin: 0 0 .35rem; font-size: 1.3rem; line-height: 1.3; letter-spacing: -.01em; font-weight: 620; }
    section > p, figcaption p { margin: 0 0 1rem; max-width: 46em; color: var(--quiet); overflow-wrap: anywhere; }
    figure { margin: 1.5rem 0 0; min-width: 0; }
    figcaption h3 { margin: 0 0 .25rem; font-size: 1rem; font-weight: 600; overflow-wrap: anywhere; }
    .plot { position: relative; height: 22rem; }
    .plot.tall { height: 26rem; } .plot.short { height: 17rem; }
    canvas:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--nonlinear); outline-offset: 3px; border-radius: 4px; }
    .pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem 2.5rem; }
    .many { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 1rem 2rem; }
    .strip { margin-top: 1rem; max-width: 46rem; }
    .strip figcaption { margin: 0 0 .35rem; color: var(--quiet); font-size: .875rem; }
    .strip div { display: grid; grid-template-columns: repeat(8, minmax(0, 1fr)); gap: .5rem; }
    .strip img { display: block; width: 100%; height: auto; border-radius: 2px; }
    .strip .pixels img { image-rendering: pixelated; }
    .key { display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; margin: 0 0 .5rem; padding: 0; list-style: none; color: var(--quiet); font-size: .875rem; }
    .key i { display: inline-block; width: .7rem; height: .7rem; margin-right: .45rem; border-radius: 50%; }
    .key li { overflow-wrap: anywhere; }
    details { margin-top: .75rem; font-size: .875rem; }
    summary { color: var(--quiet); cursor: pointer; width: fit-content; }
    summary:hover { color: var(--ink); }
    .scroll { overflow: auto; max-height: 24rem; margin-top: .5rem; border: 1px solid var(--line); border-radius: .5rem; }
    section > .scroll { max-height: none; margin-top: 1rem; }
    table { width: 100%; border-collapse: collapse; font-size: .875rem; }
    th, td { padding: .45rem .8rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
    tbody tr:last-child > * { border-bottom: 0; }
    th { font-weight: 500; } thead th { position: sticky; top: 0; background: var(--raised); color: var(--quiet); font-size: .8125rem; }
    th:first-child, td.text, th.text { text-align: left; }
    td.text, th[scope=row] { max-width: 22rem; overflow: hidden; text-overflow: ellipsis; }
    pre { margin: 1rem 0 0; padding: 1rem 1.15rem; background: var(--raised); border: 1px solid var(--line); border-radius: .5rem; white-space: pre-wrap; overflow-wrap: anywhere; font: .875rem/1.5 ui-monospace, "SF Mono", "DejaVu Sans Mono", monospace; }
    footer { padding-top: 4rem; padding-bottom: 4rem; color: var(--quiet); font-size: .8125rem; }
    @media (max-width: 46rem) {
      main, header, footer { padding-left: 1.1rem; padding-right: 1.1rem; }
      header { padding-top: 2.25rem; }
      section { margin-top: 3.25rem; }
      .pair { grid-template-columns: minmax(0, 1fr); }
      .many { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem; }
      .plot { height: 18rem; } .plot.tall { height: 21rem; } .plot.short { height: 11rem; }
      .tiles dd { font-size: 1.35rem; }
    }
    /* Charts are drawn anew for paper, in a body as wide as its text, before it is laid out. */
    .paper body { width: 680px; margin: 0 auto; }
    .paper main, .paper header, .paper footer { padding-left: 0; padding-right: 0; }
    .paper .pair { grid-template-columns: repeat(2, minmax(0, 1fr)); }
    .paper .many { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 1rem 1.5rem; }
    .paper .strip { margin-top: .6rem; max-width: 32rem; }
    .paper .plot { height: 17rem; } .paper .plot.tall { height: 21rem; } .paper .plot.short { height: 13rem; }
    @page { margin: 1.4cm; }
    @media print {
      :root { color-scheme: light; --paper: #fff; --raised: #f6f7f9; --ink: #16181d; --quiet: #4a505c; --line: #d6dae0; --nonlinear: #2f5bd8; --linear: #c0601a; --kernel: #2f8a5b; --grid: #e9ebef; }
      body { font-size: 14px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      header { padding-top: 0; } section { margin-top: 2rem; } footer { padding: 2rem 0 0; }
      figure, .strips, tr, pre, .tiles, h2, section > p, section > .scroll { break-inside: avoid; }
      h2, h3, figcaption, section > p, .key { break-after: avoid; }
      details:not([open]) { display: none; } .scroll { max-height: none; overflow: visible; }
      th, td { padding: .35rem .5rem; white-space: normal; } table { font-size: .8125rem; }
      thead th { position: static; }
    }
    """#
}
