using System.Globalization;
using Dapper;
using Parquet;
using Parquet.Schema;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Reports.Export;
using Sbnn.Sweeps.Tests.Unit.Ledger;

using static Sbnn.Sweeps.Tests.Unit.Reports.SampleSweep;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Export;

/// <summary>Tests both formats of an export: their files are read and compared with the ledger.</summary>
public sealed class SweepExportTests : IDisposable
{
    private const string Reason = "it said \"no\", and\r\nleft";

    private readonly LedgerFolder _folder = new();

    private static CultureInfo Invariant => CultureInfo.InvariantCulture;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ExportFormat.Csv)]
    [InlineData(ExportFormat.Parquet)]
    public async Task Export_ContainsEveryTrialEpochAndLayer_OfTheLedger(ExportFormat format)
    {
        await using var ledger = await RecordAsync();

        var export = await SweepExport.WriteAsync(ledger.Reader, "sample", _folder.In("data"), format, Token);

        Assert.Equal([11, 31, 62], export!.Files.Select(static file => file.Rows));
        var (trials, epochs, layers) = (await ReadAsync(format, "trials"), await ReadAsync(format, "epochs"),
            await ReadAsync(format, "layers"));
        Assert.Equal(
            Query("""
                SELECT rt.ordinal, t.key, t.state, t.reason, t.classes, r.sha256, t.spec ->> '$.seed',
                       t.spec ->> '$.sparsity', t.spec ->> '$.width', (SELECT max(node) FROM attempts
                        WHERE trial = t.id)
                FROM revision_trials rt JOIN trials t ON t.id = rt.trial LEFT JOIN results r ON r.trial = t.id
                ORDER BY rt.ordinal
                """),
            Pick(trials, "ordinal", "trial", "state", "reason", "classes", "result_sha256", "seed", "sparsity",
                "width", "node"));
        Assert.Equal(
            Query("""
                SELECT t.key, e.epoch, e.attempt, e.learning_rate, e.train_loss, e.penalty, e.lambda, e.test_loss,
                       e.correct, e.total, e.validation_loss, e.validation_correct, e.validation_total, e.ones,
                       e.weights, e.entropy, e.k0, e.k1, e.bops_pr, e.bparams_pr, e.seconds, e.images_per_second
                FROM epochs e JOIN trials t ON t.id = e.trial JOIN revision_trials rt ON rt.trial = t.id
                ORDER BY rt.ordinal, e.epoch
                """),
            Pick(epochs, "trial", "epoch", "attempt", "learning_rate", "train_loss", "train_penalty", "lambda",
                "test_loss", "test_correct", "test_total", "validation_loss", "validation_correct",
                "validation_total",
                "ones", "weights", "entropy", "k0", "k1", "bops_pr", "bparams_pr", "seconds", "images_per_second"));
        Assert.Equal(
            Query("""
                SELECT t.key, l.epoch, l.layer, l.weights, l.ones, l.empty_filters, l.dense_bops, l.tau, l.phi,
                       l.h0, l.h1, l.h2, l.h3, l.h4, l.h5, l.h6, l.h7, l.h8, l.h9
                FROM layers l JOIN trials t ON t.id = l.trial JOIN revision_trials rt ON rt.trial = t.id
                ORDER BY rt.ordinal, l.epoch, l.layer
                """),
            Pick(layers, ["trial", "epoch", "layer", "weights", "ones", "empty_filters", "dense_bops", "tau", "phi",
                .. Enumerable.Range(0, 10).Select(static ones => $"h{ones}")]));
        Assert.Contains(Reason, Pick(trials, "reason").Select(static row => row[0]));
        Assert.Equal(["0", "31.5", ""], Pick(trials, "slot_seconds").Select(static row => row[0]).Distinct());
    }

    [Fact]
    public async Task Formats_HaveTheSameValues()
    {
        await using var ledger = await RecordAsync();

        foreach (var format in Enum.GetValues<ExportFormat>())
            await SweepExport.WriteAsync(ledger.Reader, "sample", _folder.In("data"), format, Token);

        foreach (var file in (string[])["trials", "epochs", "layers"])
            Assert.Equal(await ReadAsync(ExportFormat.Csv, file), await ReadAsync(ExportFormat.Parquet, file));
        Assert.Equal(6, Directory.GetFiles(_folder.In("data")).Length);
    }

    [Fact]
    public async Task Csv_HasTheSameBytes_InACultureWithAnotherDecimalPoint()
    {
        await using var ledger = await RecordAsync();
        await SweepExport.WriteAsync(ledger.Reader, "sample", _folder.In("data"), ExportFormat.Csv, Token);
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("")
            {
                NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = ".", NegativeSign = "−" },
                DateTimeFormat = { DateSeparator = ".", TimeSeparator = "." },
            };
            await SweepExport.WriteAsync(ledger.Reader, "sample", _folder.In("comma"), ExportFormat.Csv, Token);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        foreach (var file in (string[])["trials.csv", "epochs.csv", "layers.csv"])
            Assert.Equal(
                await File.ReadAllBytesAsync(_folder.In($"data/{file}"), Token),
                await File.ReadAllBytesAsync(_folder.In($"comma/{file}"), Token));
    }

    [Fact]
    public async Task Trials_HaveNoValue_WhenAHyperparameterHasNoEffect()
    {
        await using var ledger = await _folder.OpenAsync();
        var free = Sample.Keyed(Sample.Spec() with { Sparsity = null });
        var real = Sample.Keyed(Sample.Spec() with { Method = MethodKind.FullPrecision });
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("sample", free, real));

        await SweepExport.WriteAsync(ledger.Reader, "sample", _folder.In("data"), ExportFormat.Parquet, Token);

        var trials = await ReadAsync(ExportFormat.Parquet, "trials");
        Assert.Equal(
            [["learned", "", "", "authors", "true"], ["", "", "", "", "true"]],
            Pick(trials, "domain", "sparsity", "gamma", "recipe", "flip"));
        Assert.Equal(Hyperparameters.All.Select(static parameter => parameter.Name.Replace('-', '_')).Except(trials[0]),
            []);
    }

    [Fact]
    public async Task Parquet_HasSeveralRowGroups_WhenThereAreManyRows()
    {
        const int Rows = 150_000;
        var layer = Sample.Epoch(1, 50).Layers[0];
        var trial = Sample.Trial().Key;
        var path = _folder.In("layers.parquet");
        await using (var stream = File.Create(path))
        {
            await using var file = await ParquetFile<ExportedLayer>.CreateAsync(LayerColumns.All, stream, Token);
            for (var row = 0; row < Rows; row++)
                await file.AddAsync(new ExportedLayer(trial, row, layer with { Ones = row }), Token);
            await file.CompleteAsync(Token);
        }

        var read = await ReadParquetAsync(path);

        Assert.Equal(Rows + 1, read.Count);
        Assert.All(Pick(read, "epoch", "ones").Index(), static row =>
            Assert.Equal([$"{row.Index}", $"{row.Index}"], row.Item));
        await using var reader = await ParquetReader.CreateAsync(path, cancellationToken: Token);
        Assert.Equal(3, reader.RowGroupCount);
    }

    [Fact]
    public async Task Export_ReadsPartByPart_InTheOrderOfTheGrid()
    {
        await using var ledger = await _folder.OpenAsync();
        var trials = Enumerable.Range(1, 20).Select(static seed => Sample.Trial(seed)).ToArray();
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("sample", trials));

        var export = await SweepExport.WriteAsync(
            ledger.Reader, "sample", _folder.In("data"), ExportFormat.Csv, Token);

        Assert.Equal([20, 0, 0], export!.Files.Select(static file => file.Rows));
        Assert.Equal(
            trials.Select(static trial => trial.Key.Hex),
            Pick(await ReadAsync(ExportFormat.Csv, "trials"), "trial").Select(static row => row[0]));
    }

    [Fact]
    public async Task Export_LeavesTheFolderUnchanged_WhenItIsCancelled()
    {
        await using var ledger = await RecordAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SweepExport.WriteAsync(
            ledger.Reader, "sample", _folder.In("data"), ExportFormat.Parquet, cancelled.Token));

        Assert.Empty(Directory.GetFiles(_folder.In("data")));
    }

    [Fact]
    public async Task Export_RejectsAFolder_WhenItContainsAReport()
    {
        await using var ledger = await RecordAsync();
        await WriteReportsAsync(ledger, _folder.In("out"));

        var refused = await Assert.ThrowsAsync<BadInputException>(() => SweepExport.WriteAsync(
            ledger.Reader, "sample", _folder.In("out"), ExportFormat.Csv, Token));

        Assert.StartsWith($"--out: {_folder.In("out")} contains the report of a sweep", refused.Message,
            StringComparison.Ordinal);
    }

    // Records trials in every state, more than an export reads at once.
    private async Task<SweepLedger> RecordAsync()
    {
        LayerRecord[] layers = [.. Sample.Epoch(1, 50).Layers];
        var ledger = await _folder.OpenAsync();
        await new SampleSweep()
            .Row("finished", Learned(95.5m), seeds: [.. Enumerable.Range(1, 8).Select(seed => Counts(seed, layers))])
            .Row("failed", Learned(90), seeds: [FailsWithQuotes])
            .Row("waiting", Learned(50), seeds: [Waits(), Trains])
            .RecordAsync(ledger, "Sample", source: null, TableColumn.Top1);
        return ledger;

        async Task FailsWithQuotes(LedgerWriter writer, KeyedTrial trial)
        {
            await writer.StartAttemptAsync(new(trial.Key, 1), new("some-node"), 0);
            _folder.Clock.Now += TimeSpan.FromSeconds(31.5);
            await writer.EndAttemptAsync(
                new(trial.Key, 1),
                Sample.Conclusion(AttemptEnding.Crashed, TrialState.Failed) with { Reason = Reason });
        }

        static async Task Trains(LedgerWriter writer, KeyedTrial trial)
        {
            await writer.StartAttemptAsync(new(trial.Key, 1), new("some-node"), 0);
            await writer.RecordEventsAsync(
                new(trial.Key, 1),
                [Sample.Started(1), .. Enumerable.Range(2, 7).Select(static at => Sample.Trained(at, at - 1))]);
        }
    }

    private List<string[]> Query(string sql)
    {
        using var connection = _folder.OpenOtherConnection();
        return
        [
            .. connection.Query(sql).Select(static row => ((IDictionary<string, object?>)row).Values
                .Select(static value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "").ToArray()),
        ];
    }

    private static List<string[]> Pick(IReadOnlyList<string[]> table, params string[] columns) =>
    [
        .. table.Skip(1).Select(row => columns.Select(column => row[Array.IndexOf(table[0], column)]).ToArray()),
    ];

    private async Task<IReadOnlyList<string[]>> ReadAsync(ExportFormat format, string file)
    {
        var path = _folder.In($"data/{file}.{EnumWords.Of(format)}");
        return format == ExportFormat.Csv
            ? CsvLines.Read(await File.ReadAllTextAsync(path, Token))
            : await ReadParquetAsync(path);
    }

    private static async Task<IReadOnlyList<string[]>> ReadParquetAsync(string path)
    {
        await using var reader = await ParquetReader.CreateAsync(path, cancellationToken: Token);
        var fields = reader.Schema.DataFields;
        List<string[]> rows = [[.. fields.Select(static field => field.Name)]];
        foreach (var group in reader.RowGroups)
        {
            var count = (int)group.RowCount;
            List<string[]> columns = [];
            foreach (var field in fields) columns.Add(await ReadColumnAsync(group, field, count));
            for (var row = 0; row < count; row++) rows.Add([.. columns.Select(column => column[row])]);
        }

        return rows;
    }

    private static async Task<string[]> ReadColumnAsync(ParquetRowGroupReader group, DataField field, int count)
    {
        if (field.ClrType == typeof(ReadOnlyMemory<char>)) // The library's type for strings.
        {
            var texts = new string?[count];
            await group.ReadAsync(field, texts.AsMemory()!, cancellationToken: Token);
            return [.. texts.Select(static text => text ?? "")];
        }

        return field.ClrType == typeof(long) ? await ValuesAsync<long>(static value => value.ToString(Invariant))
            : field.ClrType == typeof(double) ? await ValuesAsync<double>(static value => value.ToString(Invariant))
            : field.ClrType == typeof(bool) ? await ValuesAsync<bool>(static value => value ? "true" : "false")
            : await ValuesAsync<DateTime>(static value => value.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", Invariant));

        async Task<string[]> ValuesAsync<T>(Func<T, string> text)
            where T : struct
        {
            if (!field.IsNullable)
            {
                var values = new T[count];
                await group.ReadAsync<T>(field, values.AsMemory(), cancellationToken: Token);
                return [.. values.Select(text)];
            }

            var optional = new T?[count];
            await group.ReadAsync<T>(field, optional.AsMemory(), cancellationToken: Token);
            return [.. optional.Select(value => value is { } its ? text(its) : "")];
        }
    }
}
