using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Benchmarks.Ledger;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Reports.Tables;

// Measures how long the head takes to write a sweep's report again after a new result, by the number of trials in the
// sweep. Arguments: [rows=100] [seeds per row=100] [epochs per trial=4]. The baseline reads every column of the same
// epochs and layers with plain ADO.NET, in the same run.
var rows = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100;
var seeds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 100;
var epochs = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 4;
var folder = Directory.CreateTempSubdirectory("sbnn-reports-");
var file = Path.Combine(folder.FullName, "ledger.db");
await using (var ledger = await SweepLedger.OpenAsync(file, TimeProvider.System))
{
    var sweep = Sweep();
    await ledger.Writer.RecordRevisionAsync(sweep);
    foreach (var trial in sweep.Trials.SkipLast(1)) await FinishAsync(ledger.Writer, trial);

    using var reader = LedgerReader.Open(file);
    await MeasureAsync(reader, "first report of the process");
    await FinishAsync(ledger.Writer, sweep.Trials[^1]);
    for (var again = 0; again < 6; again++) await MeasureAsync(reader, "after a new result");
}

folder.Delete(recursive: true);

async Task MeasureAsync(LedgerReader reader, string what)
{
    var plain = ReadPlainly();
    var watch = Stopwatch.StartNew();
    var outcome = (await reader.FindOutcomeAsync("load"))!;
    var read = watch.Elapsed;
    var table = SweepTable.Of(outcome);
    var made = watch.Elapsed;
    await ReportWriter.WriteAsync(outcome, table, Path.Combine(folder.FullName, "report"), isDurable: false);
    var whole = watch.Elapsed;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{rows * seeds} trials in {rows} rows, {what}: {whole.TotalSeconds:F2} s (ledger {read.TotalSeconds:F2}, "
            + $"table {(made - read).TotalSeconds:F2}, files {(whole - made).TotalSeconds:F2}); reading the rows "
            + $"plainly: {plain.TotalSeconds:F2} s; {whole / plain:F1} times"));
}

TimeSpan ReadPlainly()
{
    var watch = Stopwatch.StartNew();
    using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
    connection.Open();
    foreach (var table in (string[])["trials", "epochs", "layers", "layer_counts"])
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM {table}";
        using var row = command.ExecuteReader();
        var values = new object[row.FieldCount];
        while (row.Read()) row.GetValues(values);
    }

    return watch.Elapsed;
}

SweepSubmission Sweep()
{
    // Rows differ only in γ.
    decimal Gamma(int row) => (row + 1) / 10_000m;
    var trials =
        from row in Enumerable.Range(0, rows)
        from seed in Enumerable.Range(1, seeds)
        let spec = new TrialSpec
        {
            Sparsity = 95,
            Gamma = (double)Gamma(row),
            Epochs = epochs,
            DataDigest = "none",
            Seed = seed,
        }
        select new KeyedTrial(TrialKey.Of(spec), spec);
    var table = new TableSpec
    {
        Title = "Load",
        Columns =
        [
            TableColumn.Gamma, TableColumn.Top1, TableColumn.BopsPr, TableColumn.BParamsPr, TableColumn.K0,
            TableColumn.K1, TableColumn.BopsPrSparse,
        ],
        Rows =
        [
            .. Enumerable.Range(0, rows).Select(row => new TableRowSpec
            {
                Label = string.Create(CultureInfo.InvariantCulture, $"row {row}"),
                Where = new Dictionary<string, string>
                {
                    ["gamma"] = Gamma(row).ToString("0.####", CultureInfo.InvariantCulture),
                },
            }),
        ],
    };
    return new SweepSubmission("load", "", table, new RunSpec(), [.. trials]);
}

async Task FinishAsync(LedgerWriter writer, KeyedTrial trial)
{
    await writer.StartAttemptAsync(new(trial.Key, 1), new("node"), 0);
    await writer.CommitResultAsync(new(trial.Key, 1), new TrialResult
    {
        Trial = trial.Key,
        Spec = trial.Spec,
        Constraint = ConstraintOutcome.Reached,
        BestEpoch = epochs,
        Epochs = [.. Enumerable.Range(1, epochs).Select(epoch => MadeUpTrials.Epoch(epoch, layers: 16))],
    });
}
