using System.Text;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Reports.Tables;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Ledger;

using static Sbnn.Sweeps.Tests.Unit.Reports.SampleSweep;

namespace Sbnn.Sweeps.Tests.Unit.Reports;

/// <summary>
/// Compares the files of a report with the golden files in Golden/. Its ledger has a cell of every kind. With
/// SBNN_UPDATE_GOLDEN=1 a check writes the golden files.
/// </summary>
internal static class GoldenReport
{
    /// <summary>A label with the reserved characters of every format.</summary>
    public const string Hostile =
        "<script>alert('x')</script> & \"q\" \\input{/etc/passwd} $x$ 50% #1 a_b ^ ~ [x] | `c` *b* \u0001 ünï 中 −τ";

    /// <summary>The names of the golden files.</summary>
    public static string[] Names { get; } =
    [
        "accuracy-bops.svg", "accuracy-bparams.svg", "figure.svg", "hyperparameters.csv", "index.html",
        "k0-k1-layers.svg", "learning-curves.svg", "ones-target.svg", "table.csv", "table.html", "table.json",
        "table.md", "table.tex",
    ];

    /// <summary>The names of the figures with a golden file, without extension.</summary>
    public static string[] Figures { get; } =
        [.. Names.Where(static name => Path.GetExtension(name) == ".svg").Select(Path.GetFileNameWithoutExtension)!];

    /// <summary>
    /// Renders the text files of the sample, by name. They contain VERSION in place of the version of this build.
    /// </summary>
    public static async Task<Dictionary<string, string>> RenderAsync(LedgerFolder folder) =>
        Texts(await OutcomeAsync(folder));

    /// <summary>Records the sample, and returns its files as <see cref="RenderAsync"/> does.</summary>
    public static async Task<Dictionary<string, string>> RecordAsync(SweepLedger ledger) =>
        Texts(await OutcomeAsync(ledger));

    /// <summary>Renders a figure of the sample as PNG.</summary>
    public static async Task<byte[]> RenderPngAsync(LedgerFolder folder, string figure)
    {
        var outcome = await OutcomeAsync(folder);
        return ReportFiles.Of(outcome, SweepTable.Of(outcome)).First(file => file.Name == $"{figure}.png").Render();
    }

    /// <summary>Renders the files of a sweep in which every text is <see cref="Hostile"/>.</summary>
    public static async Task<Dictionary<string, string>> RenderHostileAsync(LedgerFolder folder)
    {
        await using var ledger = await folder.OpenAsync();
        return Texts(await new SampleSweep
        {
            Figure = new FigureSpec { Title = Hostile, Layers = [1], Rows = [Hostile] },
        }
            .Row(Hostile, Learned(50), new PublishedRow { Name = Hostile, Top1 = 90, BopsPr = -20, Note = Hostile },
                seeds: [Ends(9000), Ends(9010)])
            .RecordAsync(ledger, Hostile, new PublishedSource { Citation = Hostile }, ReportBytesTests.AllColumns));
    }

    /// <summary>Compares a file with its golden file.</summary>
    public static void Check(string name, string text, bool mayUpdate = true)
    {
        var path = Repository.PathOf("tests", "Unit", "Reports", "Golden", name);
        if (mayUpdate && Environment.GetEnvironmentVariable("SBNN_UPDATE_GOLDEN") == "1") File.WriteAllText(path, text);
        Assert.True(File.Exists(path) && File.ReadAllText(path) == text,
            $"{name} has changed; look at the difference after: SBNN_UPDATE_GOLDEN=1 dotnet test --project tests/Unit "
                + "-c Release --filter-class \"*GoldenReportTests\"");
    }

    private static async Task<SweepOutcome> OutcomeAsync(LedgerFolder folder)
    {
        await using var ledger = await folder.OpenAsync();
        return await OutcomeAsync(ledger);
    }

    private static Task<SweepOutcome> OutcomeAsync(SweepLedger ledger) =>
        new SampleSweep(ReportBytesTests.EveryKind())
        {
            Figure = new FigureSpec { Title = "Kernels", Layers = [1, 3], Rows = ["kernels", "far", "incomplete"] },
        }
            .Row("kernels", Learned(92),
                seeds: [Counts(9100, Layers(50)), Counts(9160, Layers(58)), Counts(9040, Layers(45))])
            .RecordAsync(ledger, "Every kind of cell", ReportBytesTests.Source, ReportBytesTests.AllColumns);

    // Returns five layers of a hundred kernels each. The later the layer, the more of its kernels are empty.
    private static LayerRecord[] Layers(int empty) =>
    [
        .. Enumerable.Range(1, 5).Select(order => new LayerRecord
        {
            Order = order,
            Weights = 900,
            Ones = 133 - empty - (6 * order),
            Hamming = [empty + (6 * order), 94 - empty - (6 * order), 0, 0, 0, 0, 5, 0, 0, 1],
            EmptyFilters = 0,
            DenseBops = 90,
            Tau = 1,
            Phi = 0,
        }),
    ];

    /// <summary>
    /// Renders the text files of a report, by name. They contain VERSION in place of the version of this build.
    /// </summary>
    public static Dictionary<string, string> Texts(SweepOutcome outcome) =>
        ReportFiles.Of(outcome, SweepTable.Of(outcome))
            .Where(static file => Path.GetExtension(file.Name) != ".png").ToDictionary(static file => file.Name,
                static file => Encoding.UTF8.GetString(file.Render())
                    .Replace(Manifest.SbnnVersion, "VERSION", StringComparison.Ordinal));
}
