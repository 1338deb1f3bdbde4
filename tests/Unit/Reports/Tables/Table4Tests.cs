using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Tables;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Tables;

/// <summary>Tests the table of <c>sweeps/table4.yaml</c> before anything is trained.</summary>
public sealed class Table4Tests
{
    private static readonly Lazy<TableModel> Table = new(() =>
    {
        var file = SpecReader.ReadFile(Repository.PathOf("sweeps", "table4.yaml"));
        return SweepTable.Of(SpecOutcome.Of(file.Spec, file.Text));
    });

    /// <summary>BOPs, FLOPs and OPs of each row, each with the printed number and the verdict.</summary>
    [Fact]
    public void Rows_HaveCountedOperations_BesideThePrintedOnes()
    {
        Assert.Equal(
            [
                "row | BOPs 10⁸ | paper BOPs 10⁸ | FLOPs 10⁸ | paper FLOPs 10⁸ | OPs 10⁸ | paper OPs 10⁸",
                "MobileNetV1 (full precision) | – | – | 5.69 | 5.7 (quoted) = | 5.69 | 5.7 (quoted) =",
                "ResNet-18 (full precision) | – | – | 18.14 | 19 (quoted) ≠ | 18.14 | 19 (quoted) ≠",
                "XNOR-Net | 16.76 | 17 (quoted) = | 1.38 | 1.41 (quoted) ≠ | 1.64 | 1.67 (quoted) ≠",
                "Bi-RealNet-18 | 16.76 | 17 (quoted) = | 1.38 | 1.39 (quoted) ≠ | 1.64 | 1.63 (quoted) ≠",
                "ReActNet-18 | 16.76 | 17 (quoted) = | 1.38 | 1.63 (quoted) ≠ | 1.64 | 1.89 (quoted) ≠",
                "ReActNet-A | 48.17 | 48 = | 0.12 | 0.12 = | 0.87 | 0.87 =",
                "Subbit 0.67-bits ReActNet-18 | 8.84 | 9 (quoted) = | 1.38 | 1.63 (quoted) ≠ | 1.52 | 1.77 (quoted) ≠",
                "Subbit 0.56-bits ReActNet-18 | 5.01 | 5 (quoted) = | 1.38 | 1.63 (quoted) ≠ | 1.46 | 1.71 (quoted) ≠",
                "Subbit 0.44-bits ReActNet-18 | 2.97 | 3 (quoted) = | 1.38 | 1.63 (quoted) ≠ | 1.42 | 1.68 (quoted) ≠",
                "SBNN 75 % | not run | 8 | 0.12 | 0.12 = | not run | 0.25",
                "SBNN 90 % | not run | 2 | 0.12 | 0.12 = | not run | 0.16",
            ],
            Table.Value.Rows.Prepend([.. Table.Value.Columns.Select(static column => column.Text)])
                .Select(static row => string.Join(" | ", row.Take(1).Concat(row.Skip(5).Take(6)))));
    }

    [Fact]
    public void Notes_StateWhatTheDensityOfTheTargetWouldGive() =>
        Assert.Contains(Table.Value.Footnotes, static note => note.EndsWith(
            "If each layer had exactly the target's density, they would be 6.02 (SBNN 75 %) and 2.41 (SBNN 90 %).",
            StringComparison.Ordinal));

    [Fact]
    public void Trials_DifferFromThePublishedOnes_InTheDatasetOnly()
    {
        var trained = Table.Value.Metrics.Where(static row => !row.Row.IsQuote).ToList();

        Assert.Equal(["ReActNet-A", "SBNN 75 %", "SBNN 90 %"], trained.Select(static row => row.Row.Label));
        Assert.All(trained, static row =>
            Assert.Equal(["dataset image-folder (published: imagenet)"], row.Differences));
        Assert.All(trained, static row => Assert.Equal(Verdict.NotRun, row.Verdict));
    }

    /// <summary>The notes of the published rows state counts, which must be those of the table.</summary>
    [Fact]
    public void PublishedNotes_StateTheCountsOfTheTable()
    {
        var stated = Table.Value.Metrics.Where(static row => row.Row.Published?.Note is { } note
            && note.Contains("a count gives", StringComparison.Ordinal)).ToList();

        Assert.Equal(7, stated.Count);
        Assert.All(stated, static row =>
        {
            var note = row.Row.Published!.Note!;
            var wrong = row.Verdicts.Where(static one => one.Verdict == Verdict.NotReproduced)
                .Select(one => TableMetric.All.First(metric => metric.Column == one.Metric).Ours(row)!.Value);
            Assert.All(wrong, count => Assert.Contains(
                FormattableString.Invariant($"{count:F2}"), note, StringComparison.Ordinal));
        });
    }
}
