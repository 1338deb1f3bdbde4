using System.Text;

namespace Sbnn.Sweeps.Reports.Formatting;

/// <summary>
/// The frame of a report's page: one file that loads nothing, follows the reader's light or dark setting, and fits
/// screens from a phone's width to a sheet of paper.
/// </summary>
internal static class HtmlPage
{
    private const string Style =
        """
        :root { color-scheme: light dark; --text: #1d2126; --soft: #59626d; --line: #d9dee4; --ground: #ffffff;
          --panel: #f5f7f9; --accent: #0b5cad; }
        @media (prefers-color-scheme: dark) {
          :root { --text: #e4e8ec; --soft: #a2adb8; --line: #39424c; --ground: #14181c; --panel: #1d2329;
            --accent: #7ab8f5; }
          figure svg { filter: invert(0.91) hue-rotate(180deg); }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1.5rem clamp(1rem, 3vw, 2.5rem) 3rem; max-width: 96rem; color: var(--text);
          background: var(--ground); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; }
        h2 { font-size: 1.2rem; margin: 2.5rem 0 0.75rem; }
        p { max-width: 70ch; }
        code, pre { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; font-size: 0.875em; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: 0.875rem; line-height: 1.35;
          font-variant-numeric: tabular-nums; border-top: 2px solid var(--text); border-bottom: 2px solid var(--text); }
        th, td { padding: 0.35rem 0.5rem; text-align: left; vertical-align: top; }
        thead th { border-bottom: 1px solid var(--text); vertical-align: bottom; font-weight: 600; }
        tbody th { font-weight: 600; }
        tbody tr + tr > * { border-top: 1px solid var(--line); }
        .number { text-align: right; white-space: nowrap; }
        thead .number, .long { white-space: normal; }
        .notes { color: var(--soft); font-size: 0.875rem; padding-left: 1.25rem; max-width: 90ch; }
        .notes li + li { margin-top: 0.25rem; }
        figure { margin: 0; min-width: 0; }
        figure svg { display: block; max-width: 100%; height: auto; border-radius: 6px; }
        figcaption { color: var(--soft); font-size: 0.875rem; margin-top: 0.5rem; max-width: 70ch; }
        .figures { display: grid; gap: 2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
        .figures .wide { grid-column: 1 / -1; }
        .facts { margin: 0; background: var(--panel); border-radius: 8px; padding: 0.3rem 0.9rem; }
        .facts div { display: grid; grid-template-columns: 12.5rem 1fr; gap: 0 1rem; padding: 0.3rem 0; }
        .facts div + div { border-top: 1px solid var(--line); }
        .facts dt { color: var(--soft); }
        .facts dd { margin: 0; overflow-wrap: anywhere; }
        .soft { color: var(--soft); }
        summary { cursor: pointer; color: var(--accent); padding: 0.4rem 0; }
        pre { background: var(--panel); border-radius: 8px; padding: 1rem; overflow-x: auto; tab-size: 2; }
        .provenance td, .provenance th { font-size: 0.8125rem; overflow-wrap: break-word; }
        .provenance .number { white-space: nowrap; }
        @media screen and (min-width: 45.01rem) {
          tbody th { min-width: 9rem; }
          .provenance tbody th { min-width: 7.5rem; }
          .scroll tbody th, .scroll thead th:first-child { position: sticky; left: 0; background: var(--ground); }
        }
        @media screen and (max-width: 45rem) {
          body { padding-top: 1rem; }
          h1 { font-size: 1.35rem; }
          thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          table, tbody, tr { display: block; border: 0; }
          tbody tr { background: var(--panel); border-radius: 8px; padding: 0.6rem 0.9rem; margin-bottom: 0.75rem; }
          tbody th { display: block; padding: 0 0 0.3rem; font-size: 1rem; }
          tbody tr + tr > * { border-top: 0; }
          tbody td { display: flex; justify-content: space-between; gap: 1rem; padding: 0.15rem 0; text-align: right;
            white-space: normal; }
          tbody td::before { content: attr(data-head); color: var(--soft); text-align: left; flex: none;
            max-width: 55%; }
          tbody td.none { display: none; }
          .scroll { overflow-x: visible; }
          .facts div { display: block; }
          .facts dt { font-size: 0.8125rem; }
        }
        @media print {
          @page { size: A4 landscape; margin: 12mm; }
          :root { --text: #000000; --soft: #333333; --line: #bbbbbb; --ground: #ffffff; --panel: #ffffff; }
          body { padding: 0; max-width: none; font-size: 10pt; }
          table { font-size: 8pt; }
          th, td { padding: 2pt 4pt; }
          .number { white-space: normal; }
          tr, figure { break-inside: avoid; }
          thead { display: table-header-group; }
          h2 { break-after: avoid; }
          .facts { border: 1px solid #bbbbbb; }
          figure svg { filter: none; }
          pre { white-space: pre-wrap; }
          .notes { font-size: 8pt; max-width: none; }
        }
        """;

    /// <summary>Renders a page.</summary>
    /// <param name="title">The title of the window, as plain text.</param>
    /// <param name="body">The content of the body, as HTML.</param>
    public static string Render(string title, StringBuilder body) =>
        $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>{MarkupText.Escape(title)}</title>
        <style>
        {Style}
        </style>
        </head>
        <body>
        {body.ToString().TrimEnd('\n')}
        </body>
        </html>

        """;
}
