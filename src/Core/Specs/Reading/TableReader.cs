using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>Reads <c>table:</c> in two steps: first its text, then its rows' references to cells of the grid.</summary>
internal sealed class TableReader
{
    /// <summary>The words for <see cref="TableColumn"/>, in the order of its values.</summary>
    public static readonly string[] ColumnWords = [.. Enum.GetValues<TableColumn>().Select(c => EnumWords.Of(c))];

    /// <summary>The default columns.</summary>
    public static readonly TableColumn[] DefaultColumns =
    [
        TableColumn.Domain, TableColumn.Constraint, TableColumn.Top1, TableColumn.Delta,
        TableColumn.BopsPr, TableColumn.BParamsPr, TableColumn.K0, TableColumn.K1,
    ];

    /// <summary>The words for <see cref="AccuracyChoice"/>.</summary>
    public static readonly string[] AccuracyWords = [.. Enum.GetValues<AccuracyChoice>().Select(c => EnumWords.Of(c))];

    /// <summary>The words for <see cref="RowTest"/>.</summary>
    public static readonly string[] TestWords = [.. Enum.GetValues<RowTest>().Select(c => EnumWords.Of(c))];

    /// <summary>
    /// The greatest layer number that a figure may name. The actual number of layers is checked later, when the cells
    /// and their networks are known.
    /// </summary>
    public const int MostLayers = 1000;

    private readonly Problems _problems;
    private readonly List<Row> _rows = [];
    private readonly string _title;
    private AccuracyChoice _accuracy = AccuracyChoice.Best;
    private RowTest _test;
    private IReadOnlyList<TableColumn> _columns = DefaultColumns;
    private PublishedTable? _published;
    private IReadOnlyDictionary<TableColumn, decimal>? _tolerance;
    private FigureReader? _figure;
    private ClaimsReader? _claims;

    /// <summary>
    /// Reads the part that does not depend on the grid. Mistakes are added to the section's problems.
    /// </summary>
    /// <param name="spec">The whole spec.</param>
    /// <param name="title">The default heading.</param>
    /// <param name="references">Reads the file of <c>published:</c>.</param>
    public TableReader(Section spec, string title, SpecReferences references)
    {
        (_problems, _title) = (spec.Problems, title);
        const string Allowed = "a map of title, accuracy, test, published, tolerance, columns, rows, figure, claims";
        if (spec.Entry("table") is not { } entry || spec.MapOf(entry.Value, Allowed) is not { } map) return;
        var table = new Section(
            map, _problems,
            "title", "accuracy", "test", "published", "tolerance", "columns", "rows", "figure", "claims");
        _title = table.Line("title") ?? title;
        if (table.Entry("accuracy") is { } accuracy) _accuracy = ReadAccuracy(table, accuracy) ?? _accuracy;
        if (table.Entry("test") is { } test && table.Word(test.Value, TestWords) is { } tested)
            _test = (RowTest)Array.IndexOf(TestWords, tested);
        ReadColumns(table);
        ReadPublished(table, references);
        _tolerance = ReadTolerance(table);
        ReadRows(table);
        _figure = FigureReader.Read(table, _title);
        _claims = ClaimsReader.Read(table);
    }

    /// <summary>
    /// The choice of the reported epoch; null when the word is not allowed, which is reported as a mistake.
    /// </summary>
    public static AccuracyChoice? ReadAccuracy(Section section, YamlEntry entry) =>
        section.Word(entry.Value, AccuracyWords) is { } word
            ? (AccuracyChoice)Array.IndexOf(AccuracyWords, word)
            : null;

    /// <summary>
    /// Completes the table when the cells are known. Rows that match no cell, or several different cells, are reported.
    /// </summary>
    /// <param name="cells">The cells left after exclusions, as written.</param>
    /// <param name="spec">
    /// The spec, whose axes name the rows when it lists none, and whose trial completes the networks of quoted rows.
    /// </param>
    public TableSpec Resolve(IReadOnlyList<TrialSpec> cells, SweepSpec spec)
    {
        var rows = _rows.Count > 0
            ? _rows.ConvertAll(row => row.IsQuote ? QuotedRow(row, spec.Trial) : ResolveRow(row, cells))
            : DefaultRows(cells, spec.Axes);
        return new TableSpec
        {
            Title = _title,
            Accuracy = _accuracy,
            Test = _test,
            Columns = _columns,
            Rows = rows,
            Source = _published?.Source,
            Tolerance = _tolerance,
            Figure = _figure?.Resolve(rows, cells),
            Claims = _claims?.Resolve(rows),
        };
    }

    private void ReadColumns(Section table)
    {
        if (table.Entry("columns") is not { } entry
            || table.List(entry.Value, $"a list of columns: {string.Join(", ", ColumnWords)}") is not { } list)
            return;
        var columns = new List<TableColumn>();
        foreach (var item in list.Items)
        {
            if (table.Word(item, ColumnWords) is not { } word) continue;
            var column = (TableColumn)Array.IndexOf(ColumnWords, word);
            if (columns.Contains(column)) _problems.Add(item, $"duplicate column '{word}'");
            else columns.Add(column);
        }

        _columns = columns;
    }

    private void ReadPublished(Section table, SpecReferences references)
    {
        const string Allowed =
            "a .yaml file of published values below the spec's folder, such as published/table1.yaml";
        if (table.Text("published", Allowed) is not { } path) return;
        var entry = table.Entry("published")!;
        if (Path.IsPathRooted(path) || path.Contains('\\') || path.Split('/').Any(part => part is "" or "." or "..")
            || !path.EndsWith(".yaml", StringComparison.Ordinal))
        {
            _problems.Add(entry.Value, Section.NotAllowed(path, Allowed));
            return;
        }

        if (references.FindFault(path) is { } fault)
        {
            _problems.Add(entry.Value, fault);
            return;
        }

        try
        {
            _published = references.ReadPublished(path);
        }
        catch (BadInputException error)
        {
            _problems.AddFrom(entry.Line, error);
        }
    }

    private static Dictionary<TableColumn, decimal>? ReadTolerance(Section table)
    {
        const string Allowed = "a map of metrics to the largest difference that counts as equal, such as {top1: 0.5}";
        if (table.Entry("tolerance") is not { } entry || table.MapOf(entry.Value, Allowed) is not { } map) return null;
        var section = new Section(map, table.Problems, PublishedReader.ValueNames);
        var tolerance = new Dictionary<TableColumn, decimal>();
        foreach (var metric in section.Entries)
        {
            if (section.Positive(metric.Value, PublishedTolerance.Most) is { } value)
                tolerance.Add((TableColumn)Array.IndexOf(ColumnWords, metric.Key), value);
        }

        return tolerance;
    }

    private void ReadRows(Section table)
    {
        const string Allowed = "a map of label, where, baseline, published, quote, network";
        if (table.Entry("rows") is not { } entry
            || table.List(entry.Value, $"a list; each row is {Allowed}") is not { } list)
            return;
        foreach (var item in list.Items)
        {
            if (table.MapOf(item, Allowed) is not { } map) continue;
            var row = new Section(map, _problems, "label", "where", "baseline", "published", "quote", "network");
            if (row.Entry("quote") is { } quote)
            {
                foreach (var other in row.Entries.Where(e => e.Key is "where" or "baseline" or "published"))
                    _problems.Add(other.Line, other.Value.Path,
                        "cannot be combined with quote:, because nothing is trained for a quoted row; remove it");
                var quoted = ReadPublishedRow(row, table, quote);
                _rows.Add(new Row(map, row.Line("label") ?? quoted?.Name ?? "", [], Baseline: false, quoted,
                    IsQuote: true, NetworkReader.Read(row)));
                continue;
            }

            if (row.Entry("network") is { } network)
                _problems.Add(network.Line, network.Value.Path,
                    "requires quote:, because a row with trials counts their network; remove it");

            var where = row.Entry("where") is { } condition
                && row.MapOf(condition.Value,
                    "a map of hyperparameters to one value each, such as {domain: learned, sparsity: 95}") is
                {
                } parameters
                ? HyperparameterReader.Values(parameters, _problems)
                : [];
            _rows.Add(new Row(map, row.Line("label") ?? Label(where), where, row.Flag("baseline"),
                row.Entry("published") is { } published ? ReadPublishedRow(row, table, published) : null));
        }

        RequireUnique(_rows.Where(r => r.Baseline), "baseline",
            (_, first) => $"line {first.Map.Line} already marks a baseline row; a table may have only one");
        foreach (var same in _rows.GroupBy(r => r.Label, StringComparer.Ordinal))
            RequireUnique(same, "label", (row, first) =>
                $"duplicate label '{Section.Shown(row.Label)}' (first on line {first.Map.Line}); labels must be "
                    + "unique");
    }

    private void RequireUnique(IEnumerable<Row> rows, string key, Func<Row, Row, string> describe)
    {
        var all = rows.ToList();
        foreach (var row in all.Skip(1))
            _problems.Add(row.Map.LineOf($"{row.Map.Path}.{key}"), $"{row.Map.Path}.{key}", describe(row, all[0]));
    }

    private PublishedRow? ReadPublishedRow(Section row, Section table, YamlEntry entry)
    {
        var node = entry.Value;
        if (row.TextOf(node, "the id of a published row") is not { } id) return null;
        if (_published is not null)
        {
            if (_published.Rows.TryGetValue(id, out var published)) return published;
            _problems.Add(node,
                $"{Section.Shown(id)} is not a published row (allowed: {string.Join(", ", _published.Rows.Keys)})"
                    + SpellingSuggestion.Hint(id, _published.Rows.Keys));
        }
        else if (table.Entry("published") is null)
        {
            _problems.Add(node,
                $"{Section.Shown(id)} is the id of a published row, but the table names no file of published values; "
                    + "set "
                    + "table.published");
        }

        return null;
    }

    private TableRowSpec ResolveRow(Row row, IReadOnlyList<TrialSpec> cells)
    {
        var match = new HyperparameterMatch(
            row.Where.ToDictionary(v => v.Key, v => (IReadOnlyList<object?>)[v.Value], StringComparer.Ordinal));
        var path = $"{row.Map.Path}.where";
        var faults = Grid.Unmatched(match, cells, path, "left after exclusions").ToList();
        foreach (var fault in faults) _problems.Add(row.Map.LineOf(fault.Path), fault.Path, fault.What);
        var matched = cells.Where(match.Matches).Select(c => c.Effective()).Distinct().ToList();
        if (matched.Count > 1)
        {
            var differing = Hyperparameters.All.Where(k => matched.Select(k.Get).Distinct().Count() > 1)
                .Select(k => k.Name);
            _problems.Add(row.Map.LineOf(path), path,
                $"{matched.Count} different cells match, but a row may show only one; add "
                    + $"{string.Join(" and ", differing)} to where:");
        }

        // In the stored trial, a hyperparameter without effect has its default instead of the value in the spec, so the
        // row must not compare it.
        var kept = row.Where.Where(v => faults.Count > 0 || Hyperparameters.Get(v.Key).HasEffect(matched[0]))
            .ToDictionary(StringComparer.Ordinal);
        return new TableRowSpec
        {
            Label = row.Label,
            Where = Texts(kept),
            Baseline = row.Baseline,
            Published = row.Published
        };
    }

    private static TableRowSpec QuotedRow(Row row, TrialSpec trial) =>
        new()
        {
            Label = row.Label,
            Where = new Dictionary<string, string>(),
            Published = row.Published,
            IsQuote = true,
            Network = row.Network?.Resolve(trial),
        };

    private static List<TableRowSpec> DefaultRows(IReadOnlyList<TrialSpec> cells, IReadOnlyList<Axis> axes)
    {
        var varied = Hyperparameters.All.Where(k => axes.Any(a => a.Sets(k.Name)) && cells.Select(k.Get).Distinct()
            .Count() > 1).ToList();
        return [.. cells.Select(c => c.Effective()).Distinct().Select(cell =>
        {
            var where = varied.Where(k => k.HasEffect(cell))
                .ToDictionary(k => k.Name, k => k.Get(cell), StringComparer.Ordinal);
            return new TableRowSpec { Label = Label(where), Where = Texts(where) };
        })];
    }

    private static string Label(Dictionary<string, object?> where) =>
        where.Count == 0 ? "all trials" : string.Join(", ", Texts(where).Select(v => $"{v.Key} {v.Value}"));

    private static Dictionary<string, string> Texts(Dictionary<string, object?> values) =>
        values.ToDictionary(v => v.Key, v => Hyperparameters.Get(v.Key).Format(v.Value), StringComparer.Ordinal);

    private sealed record Row(YamlMap Map, string Label, Dictionary<string, object?> Where, bool Baseline,
        PublishedRow? Published, bool IsQuote = false, NetworkReader? Network = null);
}
