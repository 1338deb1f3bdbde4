using System.Globalization;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>Reads a file of published values, as strictly as <see cref="SpecReader"/> reads a sweep.</summary>
public static class PublishedReader
{
    private const string RowAllowed = "a map of id, name and the printed values";
    private const string ValueAllowed =
        "a number as printed, from -1000 to 1000; omit the key when the paper prints no number";

    /// <summary>The names of the values that a row may have.</summary>
    public static IReadOnlyList<string> ValueNames { get; } =
        ["top1", "delta", "bops-pr", "bparams-pr", "k0", "k1", "bops", "flops", "ops"];

    /// <summary>Reads a file. Throws <see cref="BadInputException"/> with every mistake found.</summary>
    public static PublishedTable Read(string path) => Parse(YamlText.Load(path), path);

    /// <summary>
    /// Reads a text, for which messages use the name <paramref name="fileName"/>. Throws <see
    /// cref="BadInputException"/> with every mistake found.
    /// </summary>
    public static PublishedTable Parse(string yaml, string fileName)
    {
        var problems = new Problems(fileName);
        var root = YamlText.ParseMap(
            yaml, problems, "a file of published values has citation:, setting:, accuracy: and rows:");
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
            foreach (var item in section.List(list.Value, $"a list; each row is {RowAllowed}")?.Items ?? [])
            {
                if (section.MapOf(item, RowAllowed) is { } map) ReadRow(map, problems, rows);
            }
        }

        problems.ThrowIfAny();
        return new PublishedTable(source, rows);
    }

    // The values stay text, because a published run may have a value that our hyperparameter does not allow.
    private static Dictionary<string, string>? ReadSetting(Section file)
    {
        const string Allowed = "the published runs' value, written like the hyperparameter's";
        if (file.Entry("setting") is not { } entry
            || file.MapOf(entry.Value, "a map of hyperparameters to the published runs' values") is not { } map)
            return null;
        var section = new Section(map, file.Problems, HyperparameterReader.Names);
        return section.Entries.ToDictionary(e => e.Key, e => section.TextOf(e.Value, Allowed)
            ?? "", StringComparer.Ordinal);
    }

    private static void ReadRow(YamlMap map, Problems problems, OrderedDictionary<string, PublishedRow> rows)
    {
        const string IdAllowed = "a short name for the row: lower-case letters, digits, '-' and '.'";
        var section = new Section(map, problems, ["id", "name", "setting", .. ValueNames, "lost", "quoted", "note"]);
        var id = section.Required("id", IdAllowed) is { } entry ? section.TextOf(entry.Value, IdAllowed) ?? "" : "";
        if (id.Length > 0 && !id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.'))
            problems.Add(section.Entry("id")!.Value, Section.NotAllowed(id, IdAllowed));

        section.Required("name", "the row's name in the paper");
        var lost = ReadLost(section);
        var row = new PublishedRow
        {
            Name = section.Line("name") ?? "",
            Setting = ReadSetting(section),
            Top1 = Value(section, "top1"),
            Delta = Value(section, "delta"),
            BopsPr = Value(section, "bops-pr"),
            BParamsPr = Value(section, "bparams-pr"),
            K0 = Value(section, "k0"),
            K1 = Value(section, "k1"),
            Bops = Value(section, "bops"),
            Flops = Value(section, "flops"),
            Ops = Value(section, "ops"),
            Lost = lost,
            Quoted = section.Flag("quoted"),
            Note = section.Text("note", "a text")?.Trim(),
        };
        if (!rows.TryAdd(id, row) && id.Length > 0)
            problems.Add(section.Entry("id")!.Value, $"duplicate id '{id}'; ids must be unique");
    }

    private static List<string> ReadLost(Section row)
    {
        if (row.Entry("lost") is not { } entry
            || row.List(entry.Value, "a list of the values that our copy of the paper lost") is not { } list)
            return [];
        var lost = new List<string>();
        foreach (var item in list.Items)
        {
            if (row.Word(item, ValueNames) is not { } name) continue;
            if (row.Entry(name) is not null)
                row.Problems.Add(item,
                    $"{name} has a value in this row, so it is not lost; remove the value, or remove {name} from "
                        + "lost:");
            lost.Add(name);
        }

        return lost;
    }

    private static decimal? Value(Section row, string key)
    {
        if (row.Text(key, ValueAllowed) is not { } text) return null;
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out var value)
            && value is >= -1000 and <= 1000)
            return value;
        row.Problems.Add(row.Entry(key)!.Value, Section.NotAllowed(text, ValueAllowed));
        return null;
    }
}
