using Sbnn.Sweeps.Reports.Export;
using static Sbnn.Sweeps.Tests.Unit.House.MarkdownWriter;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>Generates the page about the export from the columns of its files.</summary>
internal static class ExportPage
{
    private const string Pandas =
        """
        import pandas

        trials = pandas.read_csv("data/trials.csv", float_precision="round_trip")
        epochs = pandas.read_csv("data/epochs.csv", float_precision="round_trip").merge(trials, on="trial")
        print(epochs.groupby(["domain", "sparsity", "epoch"], dropna=False)["test_accuracy"].agg(["mean", "std"]))
        """;

    private const string R =
        """
        trials <- read.csv("data/trials.csv")
        epochs <- merge(read.csv("data/epochs.csv"), trials, by = "trial")
        aggregate(test_accuracy ~ domain + seed + epoch, epochs, mean)
        """;

    public static string Text { get; } = Write();

    private static string Write()
    {
        var page = new MarkdownWriter()
            .Heading(1, "Exporting data")
            .Paragraph(
                "`sbnn export NAME --out DIR` writes the trials of a sweep's latest revision, their epochs and their "
                + "binary layers in long form, a file each. It reads the ledger, so it also works while a head runs.")
            .Code("sh", "sbnn export quickstart --out data\nsbnn export quickstart --out data --format parquet")
            .Paragraph(
                "`--format csv` (the default) writes `trials.csv`, `epochs.csv` and `layers.csv` by RFC 4180: UTF-8, "
                + "a header, lines that end in CR LF, and a decimal point in every locale. Numbers have as many digits "
                + "as reading them back exactly requires. A missing value is an empty field.")
            .Paragraph(
                "`--format parquet` writes `trials.parquet`, `epochs.parquet` and `layers.parquet`. Texts are strings, "
                + "integers have 64 bits, numbers are doubles, times are milliseconds in UTC, and a missing value is "
                + "null.")
            .Paragraph(
                "The column `trial` joins the files. Each trial is complete as of one moment, and the three files "
                + "appear when all are written. Epochs of a trial that is not finished are provisional: a "
                + "resumed trial may replace them.")
            .Paragraph(
                "A report's folder has a `layers.csv` of its own with other columns, so an export into such a folder "
                + "is refused.")
            .Heading(2, "First steps")
            .Paragraph("Mean and standard deviation over the seeds in Python, with pandas, which rounds the last digit "
                + "unless `float_precision` says otherwise:")
            .Code("python", Pandas)
            .Paragraph("In R:")
            .Code("r", R);
        Columns(page.Heading(2, "trials").Paragraph("A row for each trial."), TrialColumns.All);
        Columns(page.Heading(2, "epochs").Paragraph("A row for each recorded epoch of each trial."), EpochColumns.All);
        Columns(
            page.Heading(2, "layers").Paragraph(
                "A row for each binary layer at the end of each recorded epoch. [The glossary](glossary.md) explains "
                + "the symbols."),
            LayerColumns.All);
        return page.ToString();
    }

    private static void Columns<TRow>(MarkdownWriter page, IReadOnlyList<ExportColumn<TRow>> columns) => page.Table(
        ["column", "type", "meaning"],
        columns.Select(static column => new[] { Quote(column.Name), column.Type, column.Meaning }));
}
