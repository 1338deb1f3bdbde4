using System.Globalization;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>
/// Reads <c>table.figure</c> in two steps: first its text, then its references to the table's rows and to the layers of
/// their networks.
/// </summary>
internal sealed class FigureReader
{
    private readonly Section _section;
    private readonly string _title;
    private readonly List<(YamlNode Node, int Layer)> _layers = [];
    private readonly List<YamlScalar> _rows = [];

    private FigureReader(Section section, string title)
    {
        (_section, _title) = (section, section.Line("title") ?? title);
        ReadLayers();
        ReadRows();
    }

    /// <summary>
    /// Reads the part that does not depend on the rows; null when the table has no figure. Mistakes are added to the
    /// section's problems.
    /// </summary>
    public static FigureReader? Read(Section table, string title)
    {
        const string Allowed = "a map of title, layers, rows";
        if (table.Entry("figure") is not { } entry || table.MapOf(entry.Value, Allowed) is not { } map) return null;
        return new FigureReader(new Section(map, table.Problems, "title", "layers", "rows"), title);
    }

    /// <summary>The message about a label that no trained row has.</summary>
    /// <param name="label">The label as written.</param>
    /// <param name="trained">The labels of the trained rows. They are quoted, because they may contain commas.</param>
    public static string UnknownLabel(string label, IReadOnlyList<string> trained) =>
        $"{Section.Shown(label)} is not the label of a trained row (allowed: "
        + $"{string.Join(", ", trained.Select(static row => $"\"{row}\""))}){SpellingSuggestion.Hint(label, trained)}";

    /// <summary>
    /// Completes the figure when the table's rows are known. Labels without a trained row, and layers that a network
    /// does not have, are reported.
    /// </summary>
    public FigureSpec Resolve(IReadOnlyList<TableRowSpec> rows, IReadOnlyList<TrialSpec> cells)
    {
        var trained = rows.Where(static row => !row.IsQuote).Select(static row => row.Label).ToList();
        foreach (var row in _rows.Where(row => !trained.Contains(row.Text, StringComparer.Ordinal)))
            _section.Problems.Add(row, UnknownLabel(row.Text, trained));
        var fewest = cells.Min(static cell => Architectures.Of(cell, classes: 1).BinaryLayers.Count);
        foreach (var (node, layer) in _layers.Where(place => place.Layer > fewest))
            _section.Problems.Add(node,
                string.Create(CultureInfo.InvariantCulture,
                    $"layer {layer} does not exist (allowed: 1 to {fewest}, the binary layers of this sweep's "
                        + $"networks)"));
        return new FigureSpec
        {
            Title = _title,
            Layers = _layers.ConvertAll(static place => place.Layer),
            Rows = _rows.Count > 0 ? _rows.ConvertAll(static row => row.Text) : trained,
        };
    }

    private void ReadLayers()
    {
        var allowed = Section.WholeAllowed(1, TableReader.MostLayers);
        if (_section.Required("layers", "a list of binary layers, counted from 1") is not { } entry) return;
        foreach (var item in _section.List(entry.Value, $"a list; each layer is {allowed}")?.Items ?? [])
        {
            if (_section.TextOf(item, allowed) is not { } text) continue;
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var layer)
                || layer is < 1 or > TableReader.MostLayers)
                _section.Problems.Add(item, Section.NotAllowed(text, allowed));
            else if (_layers.Exists(place => place.Layer == layer))
                _section.Problems.Add(item, $"duplicate layer {text}");
            else
                _layers.Add((item, layer));
        }
    }

    private void ReadRows()
    {
        const string Allowed = "the label of a row of this table";
        if (_section.Entry("rows") is not { } entry
            || _section.List(entry.Value, $"a list; each item is {Allowed}") is not { } list)
            return;
        foreach (var item in list.Items)
        {
            if (_section.TextOf(item, Allowed) is null || item is not YamlScalar row) continue;
            if (_rows.Exists(other => other.Text == row.Text))
                _section.Problems.Add(item, $"duplicate row '{Section.Shown(row.Text)}'");
            else _rows.Add(row);
        }
    }
}
