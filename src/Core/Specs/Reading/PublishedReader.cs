using System.Globalization;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>Reads a file of published figures, as strictly as <see cref="SpecReader"/> reads a sweep.</summary>
public static class PublishedReader
{
    private const string RowAllowed = "a map of id, name and the printed figures";
    private const string FigureAllowed =
        "a number as printed, from -1000 to 1000; leave the key out where the paper prints none";

    /// <summary>The figures a row may have.</summary>
    public static IReadOnlyList<string> Figures { get; } =
        ["top1", "delta", "bops-pr", "bparams-pr", "k0", "k1", "bops", "flops", "ops"];

    /// <summary>Reads a file. Throws <see cref="BadInputException"/> with every mistake found.</summary>
    public static PublishedTable Read(string path) => Parse(YamlText.Load(path), path);

    /// <summary>
    /// Reads a text; <paramref name="fileName"/> is what messages call it. Throws <see cref="BadInputException"/> with
    /// every mistake found.
    /// </summary>
    public static PublishedTable Parse(string yaml, string fileName)
    {
        var problems = new Problems(fileName);
        var root = YamlText.ParseMap(yaml, problems, "published figures have citation:, setting:, accuracy: and rows:");
        var section = new Section(root, problems, "citation", "setting", "accuracy", "rows");
        const string CitationAllowed = "the paper and the table's number";
        var citation = section.Required("citation", CitationAllowed) is { } entry
            ? section.TextOf(entry.Value, CitationAllowed) : null;
        var source = new PublishedSource
        {
            Citation = citation ?? "",
            Setting = ReadSetting(section) ?? [],
            Accuracy = section.Entry("accuracy") is { } accuracy ? TableReader.ReadAccuracy(section, accuracy) : null,
        };
        var rows = new OrderedDictionary<string, PublishedRow>(StringComparer.Ordinal);
        if (section.Required("rows", $"a list; each row is {RowAllowed}") is { } list)
        {
            foreach (var item in section.List(list.Value, $"each row is {RowAllowed}")?.Items ?? [])
            {
                if (section.MapOf(item, RowAllowed) is { } map) ReadRow(map, problems, rows);
            }
        }

        problems.ThrowIfAny();
        return new PublishedTable(source, rows);
    }

    // The values are text: a published run may have used what our hyperparameter does not offer (dataset: cifar10).
    private static Dictionary<string, string>? ReadSetting(Section file)
    {
        const string Allowed = "the published runs' value, written as the hyperparameter would be";
        if (file.Entry("setting") is not { } entry
            || file.MapOf(entry.Value, "a map of hyperparameters to the published runs' values") is not { } map)
            return null;
        var section = new Section(map, file.Problems, HyperparameterReader.Names);
        return section.Entries.ToDictionary(e => e.Key, e => section.TextOf(e.Value, Allowed)
            ?? "", StringComparer.Ordinal);
    }

    private static void ReadRow(YamlMap map, Problems problems, OrderedDictionary<string, PublishedRow> rows)
    {
        const string IdAllowed = "a word to name the row by: lower-case letters, digits, '-' and '.'";
        var section = new Section(map, problems, ["id", "name", "setting", .. Figures, "lost", "quoted", "note"]);
        var id = section.Required("id", IdAllowed) is { } entry ? section.TextOf(entry.Value, IdAllowed) ?? "" : "";
        if (id.Length > 0 && !id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.'))
            problems.Add(section.Entry("id")!.Value, Section.NotAllowed(id, IdAllowed));

        section.Required("name", "the row's name in the paper");
        var lost = ReadLost(section);
        var row = new PublishedRow
        {
            Name = section.Line("name") ?? "",
            Setting = ReadSetting(section),
            Top1 = Figure(section, "top1"),
            Delta = Figure(section, "delta"),
            BopsPr = Figure(section, "bops-pr"),
            BParamsPr = Figure(section, "bparams-pr"),
            K0 = Figure(section, "k0"),
            K1 = Figure(section, "k1"),
            Bops = Figure(section, "bops"),
            Flops = Figure(section, "flops"),
            Ops = Figure(section, "ops"),
            Lost = lost,
            Quoted = section.Flag("quoted"),
            Note = section.Text("note", "a text")?.Trim(),
        };
        if (!rows.TryAdd(id, row) && id.Length > 0)
            problems.Add(section.Entry("id")!.Value, $"{id} is the id of a row above already; ids are unique");
    }

    private static List<string> ReadLost(Section row)
    {
        if (row.Entry("lost") is not { } entry
            || row.List(entry.Value, "a list of the figures that our copy of the paper lost") is not { } list)
            return [];
        var lost = new List<string>();
        foreach (var item in list.Items)
        {
            if (row.Word(item, Figures) is not { } figure) continue;
            if (row.Entry(figure) is not null) row.Problems.Add(item, $"{figure} is given above, so it is not lost");
            lost.Add(figure);
        }

        return lost;
    }

    private static decimal? Figure(Section row, string key)
    {
        if (row.Text(key, FigureAllowed) is not { } text) return null;
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out var figure)
            && figure is >= -1000 and <= 1000)
            return figure;
        row.Problems.Add(row.Entry(key)!.Value, Section.NotAllowed(text, FigureAllowed));
        return null;
    }
}
