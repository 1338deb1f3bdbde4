using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Reports.Formatting;
using Sbnn.Sweeps.Reports.Rows;

namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>How BOPs, FLOPs and OPs are counted. Nothing for a table without these columns.</summary>
internal static class CostNotes
{
    public static IEnumerable<string> Of(TableSpec table, IReadOnlyList<RowMetrics> rows)
    {
        var shown = table.Columns;
        if (!shown.Any(static column => column is TableColumn.Bops or TableColumn.Flops or TableColumn.Ops))
            yield break;
        yield return "BOPs, FLOPs, OPs: operations for one image, in units of 10⁸, counted from the layers of the "
            + "network. One BOP for each binary weight and output position, one FLOP for each multiply-accumulate of a "
            + "full-precision convolution or linear layer, OPs = FLOPs + BOPs/64.";
        List<RowMetrics> assumed = [.. rows.Where(static row => row.Cost?.AssumesClasses == true)];
        if (assumed.Count > 0)
            yield return "Networks in ImageNet's layout are counted with its 1000 classes as long as those of the "
                + $"images are unknown ({TableNotes.Labels(assumed, rows.Count)}).";
        if (!shown.Any(static column => column is TableColumn.Bops or TableColumn.Ops)) yield break;
        if (rows.Any(static row => row.Network?.Method.PatternBits() is not null && row.Cost is not null))
            yield return "BOPs of Subbit: with P patterns and C filters, a layer costs min(P, C)/C of its dense "
                + "operations, and 1/18 more where P < C.";
        foreach (var note in Sbnn([.. rows.Where(static row => row.Cost?.FollowsTraining == true)])) yield return note;
    }

    private static IEnumerable<string> Sbnn(List<RowMetrics> rows)
    {
        if (rows.Count == 0) yield break;
        var open = rows.Where(static row => row.Cost!.Bops is null).Select(static row =>
            $"{NumberText.Fixed(row.Cost!.BopsAtTarget!.Value / 1e8m, 2)} ({row.Row.Label})").ToList();
        yield return "BOPs of SBNN follow from the density that training reaches: half of the operations of weights "
            + "that are 1 remain, because XNORs are not counted (a convention of sbnn; Table 4 of the paper seems to "
            + "share it)."
            + (open.Count == 0 ? ""
                : $" If each layer had exactly the target's density, they would be {Joined(open)}.");
    }

    private static string Joined(List<string> texts) =>
        texts.Count == 1 ? texts[0] : $"{string.Join(", ", texts[..^1])} and {texts[^1]}";
}
