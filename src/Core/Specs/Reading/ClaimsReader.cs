using System.Globalization;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>Reads <c>table.claims</c> in two steps: first its text, then its references to the table's rows.</summary>
internal sealed class ClaimsReader
{
    /// <summary>The keys of a claim.</summary>
    public static readonly string[] Keys =
        ["text", "section", "metric", "row", "above", "by", "within", "of", "at-least", "at-most", "rising"];

    /// <summary>The words for <see cref="ClaimSpec.Metrics"/>.</summary>
    public static readonly string[] MetricWords = [.. ClaimSpec.Metrics.Select(c => EnumWords.Of(c))];

    /// <summary>The words for <see cref="ClaimKind"/>; a claim has exactly one of them as a key.</summary>
    public static readonly string[] KindWords = [.. Enum.GetValues<ClaimKind>().Select(k => EnumWords.Of(k))];

    /// <summary>
    /// The greatest number that a claim's condition may have; the least that a bound may have is its negative.
    /// </summary>
    public const int Greatest = 1_000_000;

    private const string LabelAllowed = "the label of a row of this table";

    private readonly Problems _problems;
    private readonly List<Claim> _claims = [];

    private ClaimsReader(YamlList claims, Section table)
    {
        _problems = table.Problems.Later;
        foreach (var item in claims.Items)
            if (table.MapOf(item, ClaimAllowed) is { } map) ReadClaim(new Section(map, _problems, Keys));
    }

    private static string ClaimAllowed => $"a map of {string.Join(", ", Keys)}";

    /// <summary>
    /// Reads the part that does not depend on the rows; null when the table has no claims. Mistakes are added to the
    /// section's problems.
    /// </summary>
    public static ClaimsReader? Read(Section table) =>
        table.Entry("claims") is { } entry
            && table.List(entry.Value, $"a list; each claim is {ClaimAllowed}") is { } list
            ? new ClaimsReader(list, table) : null;

    /// <summary>
    /// Completes the claims when the table's rows are known. Reports labels that no trained row has, and gaps to a
    /// baseline row that does not exist or is the claim's own row.
    /// </summary>
    public IReadOnlyList<ClaimSpec> Resolve(IReadOnlyList<TableRowSpec> rows)
    {
        var trained = rows.Where(static row => !row.IsQuote).Select(static row => row.Label).ToList();
        var baseline = rows.FirstOrDefault(static row => row.Baseline)?.Label;
        return _claims.ConvertAll(claim => claim.Spec with { Rows = Labels(claim, trained, baseline) });
    }

    private List<string> Labels(Claim claim, List<string> trained, string? baseline)
    {
        foreach (var row in claim.Rows.Where(row => !trained.Contains(row.Text, StringComparer.Ordinal)))
            _problems.Add(row, FigureReader.UnknownLabel(row.Text, trained));
        var labels = claim.Rows.ConvertAll(static row => row.Text);
        if (claim.Spec.Kind == ClaimKind.Within && labels.Count == 1)
        {
            if (baseline is null)
                _problems.Add(claim.Condition.Line, claim.Condition.Value.Path,
                    "the table has no baseline row, so the gap needs another row; name it in of:");
            else if (baseline == labels[0])
                _problems.Add(claim.Rows[0],
                    $"{Section.Shown(baseline)} is the baseline, which has no gap to itself; name another row");
            else
                labels.Add(baseline);
        }

        return labels;
    }

    private void ReadClaim(Section claim)
    {
        var (text, source) = (claim.Line("text"), claim.Line("section"));
        var metric = claim.Entry("metric") is { } named && claim.Word(named.Value, MetricWords) is { } word
            ? ClaimSpec.Metrics[Array.IndexOf(MetricWords, word)] : TableColumn.Top1;
        if (FindCondition(claim) is not { } condition) return;
        var kind = (ClaimKind)Array.IndexOf(KindWords, condition.Key);
        CheckKeys(claim, kind);
        var bound = kind switch
        {
            ClaimKind.Above => Number(claim, "by", least: 0),
            ClaimKind.Within => Number(claim, condition.Key, least: 0),
            ClaimKind.Rising => 0,
            _ => Number(claim, condition.Key, -Greatest),
        };
        List<YamlScalar> rows = kind switch
        {
            ClaimKind.Above => [.. Label(claim, "row"), .. Label(claim, condition.Key)],
            ClaimKind.Within when claim.Entry("of") is not null => [.. Label(claim, "row"), .. Label(claim, "of")],
            ClaimKind.Rising => Order(claim, condition),
            _ => [.. Label(claim, "row")],
        };
        CheckDistinct(rows);
        _claims.Add(new Claim(condition, rows,
            new ClaimSpec { Text = text, Section = source, Kind = kind, Metric = metric, Rows = [], Bound = bound }));
    }

    private YamlEntry? FindCondition(Section claim)
    {
        var conditions = claim.Entries.Where(static entry => KindWords.Contains(entry.Key)).ToList();
        if (conditions.Count == 0)
            _problems.Add(claim.Map,
                $"the condition is missing (allowed: exactly one of {string.Join(", ", KindWords)})");
        foreach (var other in conditions.Skip(1))
            _problems.Add(other.Line, other.Value.Path,
                $"cannot be combined with {conditions[0].Key}:, because a claim has one condition; write two claims");
        return conditions.FirstOrDefault();
    }

    // A key that only another kind of claim uses would be ignored silently, so it is rejected.
    private void CheckKeys(Section claim, ClaimKind kind)
    {
        Refuse("row", kind == ClaimKind.Rising, "cannot be combined with rising:, which names all rows; remove row:");
        Refuse("by", kind != ClaimKind.Above, "has no effect without above:; remove it");
        Refuse("of", kind != ClaimKind.Within, "has no effect without within:; remove it");

        void Refuse(string key, bool isRefused, string why)
        {
            if (isRefused && claim.Entry(key) is { } entry) _problems.Add(entry.Line, entry.Value.Path, why);
        }
    }

    private static IEnumerable<YamlScalar> Label(Section claim, string key) =>
        claim.Required(key, LabelAllowed) is { } entry && claim.TextOf(entry.Value, LabelAllowed) is not null
            ? [(YamlScalar)entry.Value] : [];

    private List<YamlScalar> Order(Section claim, YamlEntry entry)
    {
        if (claim.List(entry.Value, $"a list; each item is {LabelAllowed}") is not { } list) return [];
        if (list.Items.Count == 1) _problems.Add(list, "one row has no order; name at least two");
        return [.. list.Items.Where(item => claim.TextOf(item, LabelAllowed) is not null).Cast<YamlScalar>()];
    }

    private void CheckDistinct(List<YamlScalar> rows)
    {
        foreach (var (i, row) in rows.Index())
        {
            if (rows.Take(i).Any(other => other.Text == row.Text))
                _problems.Add(row, $"duplicate row '{Section.Shown(row.Text)}'");
        }
    }

    private decimal Number(Section claim, string key, int least)
    {
        var allowed = string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {Greatest}");
        if (claim.Text(key, allowed) is not { } text) return 0;
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= Greatest)
            return Hyperparameter.Normalise(number);
        _problems.Add(claim.Entry(key)!.Value, Section.NotAllowed(text, allowed));
        return 0;
    }

    private sealed record Claim(YamlEntry Condition, List<YamlScalar> Rows, ClaimSpec Spec);
}
