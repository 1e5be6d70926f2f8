namespace Inventory.LoadTests.Reporting;

/// <summary>How the page looks. No font, picture or script from elsewhere.</summary>
internal static class ReportStyle
{
    /// <summary>Of the page.</summary>
    public const string Css = Palette + Page + Drawing;

    /// <summary>Of a drawing that is a file of its own.</summary>
    public const string Svg = Palette + Drawing + """
        svg { background: var(--card); font-family: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
        svg .title { font-size: 14px; font-weight: 600; fill: var(--text); } svg .value { fill: var(--text); }
        """;

    private const string Palette = """
        :root { color-scheme: light dark;
          --page: #f7f7f5; --card: #ffffff; --text: #1c1c1a; --soft: #5f5e58; --line: #e3e2dc; --good: #0b7a45; --bad: #b3261e;
          --c0: #2a6fd0; --c1: #d9622b; --c2: #12875f; --c3: #b58300; --c4: #c2417c; --c5: #6a51c4; --c6: #0c8aa0; --c7: #7a6a58; }
        @media (prefers-color-scheme: dark) { :root {
          --page: #161615; --card: #1f1f1d; --text: #ecebe6; --soft: #a3a199; --line: #363531; --good: #4cc38a; --bad: #ff8a80;
          --c0: #6aa6ff; --c1: #f28b58; --c2: #3fc493; --c3: #e0b040; --c4: #ee7fb0; --c5: #a594f5; --c6: #4cc4d8; --c7: #b8a793; } }

        """;

    private const string Page = """
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
        main { max-width: 1240px; margin: 0 auto; padding: 28px 20px 60px; }
        h1 { font-size: 27px; line-height: 1.2; margin: 0 0 8px; } h2 { font-size: 19px; margin: 0 0 6px; }
        p { margin: 0 0 12px; max-width: 76ch; } a { color: var(--c0); }
        .facts { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); }
        .verdict { font-weight: 600; font-size: 17px; margin-bottom: 4px; }
        section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 20px 22px; margin-top: 18px; }
        .scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
        th { color: var(--soft); font-weight: 500; font-size: 13px; } .n { text-align: right; } td:last-child, th:last-child { padding-right: 0; }
        tbody tr:last-child td { border-bottom: 0; }
        .bar { width: 22%; min-width: 90px; } .bar i { display: block; height: 10px; min-width: 1px; border-radius: 2px; background: var(--c0); }
        .tiles { display: flex; flex-wrap: wrap; gap: 10px 36px; margin: 10px 0 14px; }
        .tiles b { display: block; font-size: 24px; font-weight: 600; line-height: 1.25; }
        .tiles span { color: var(--soft); font-size: 13px; }
        .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 500px), 1fr)); gap: 18px 28px; }
        figure { margin: 0; } figcaption { font-weight: 600; margin-bottom: 2px; } svg { width: 100%; height: auto; display: block; }
        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 0 0 4px; padding: 0; font-size: 13px; color: var(--soft); }
        .legend i { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
        details { margin-top: 12px; } summary { cursor: pointer; color: var(--soft); } .books { list-style: none; padding: 0; margin: 12px 0 0; }
        .books .good::before { content: "✓ "; } .books .bad::before { content: "✗ "; }
        .settings { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin: 8px 0 0; }
        dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
        @media print { section { break-inside: avoid; border-color: #ccc; } }

        """;

    private const string Drawing = """
        .grid { stroke: var(--line); } .axis, .mark { stroke: var(--soft); } .level { stroke: var(--bad); stroke-dasharray: 5 4; }
        svg text { font-size: 12px; fill: var(--soft); } .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        .c0 { --c: var(--c0); } .c1 { --c: var(--c1); } .c2 { --c: var(--c2); } .c3 { --c: var(--c3); }
        .c4 { --c: var(--c4); } .c5 { --c: var(--c5); } .c6 { --c: var(--c6); } .c7 { --c: var(--c7); }
        .touch { fill: transparent; } .touch:hover { fill: var(--soft); fill-opacity: .35; } .hollow { fill: var(--card); stroke-width: 2; }
        .line, .hollow { stroke: var(--c); } .dot { fill: var(--c); } .legend i { background: var(--c); } rect.dot { stroke: none; }

        """;
}
