using System.Globalization;
using System.Text;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Reports.Pages;

/// <summary>Where, when and in how many attempts each trial was trained.</summary>
internal static class TrialProvenance
{
    /// <summary>The largest number of trials on the page; the manifest has all trials.</summary>
    private const int Most = 500;

    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static void Append(StringBuilder html, SweepOutcome sweep)
    {
        if (sweep.Trials.All(static trial => trial.Attempts.Count == 0)) return;
        var labels = new TrialLabels(sweep.Trials.Select(static trial => trial.Spec));
        var hasReasons = sweep.Trials.Any(static trial => trial.Reason is not null);
        html.Append("<h2>Provenance</h2>\n<p class=\"soft\">Node, device class and times are those of the last "
            + "attempt; manifest.json has all attempts. ");
        if (sweep.Trials.Count > Most)
            html.Append(CultureInfo.InvariantCulture, $"The first {Most} of {sweep.Trials.Count} trials. ");
        html.Append("Times are UTC.</p>\n<details open>\n<summary>")
            .Append(Wording.Count(sweep.Trials.Count, "trial")).Append("</summary>\n");
        HtmlTable.AppendGrid(html,
        [
            new("trial", IsNumber: false),
            .. labels.Headers.Select(static header => new TableHeading(header, IsNumber: false)),
            new("state", IsNumber: false), new("attempts", IsNumber: true), new("device class", IsNumber: false),
            new("node", IsNumber: false), new("started", IsNumber: false), new("ended", IsNumber: false),
            .. hasReasons ? (TableHeading[])[new("reason", IsNumber: false)] : [],
        ],
        sweep.Trials.Take(Most).Select(trial => Row(trial, labels, hasReasons)), "provenance");
        html.Append("</details>\n");
    }

    private static List<string> Row(TrialOutcome trial, TrialLabels labels, bool hasReasons)
    {
        var last = trial.Attempts.Count > 0 ? trial.Attempts[^1] : null;
        return
        [
            trial.Key.Short, .. labels.Of(trial.Spec), EnumWords.Of(trial.State),
            trial.Attempts.Count.ToString(CultureInfo.InvariantCulture), trial.DeviceClass ?? SweepTable.Nothing,
            last?.Node.Value ?? SweepTable.Nothing, last is null ? SweepTable.Nothing : Time(last.StartedAt),
            last?.EndedAt is { } ended ? Time(ended) : SweepTable.Nothing,
            .. hasReasons ? (string[])[trial.Reason ?? SweepTable.Nothing] : [],
        ];
    }
}
