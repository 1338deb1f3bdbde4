using System.Text.Json;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>
/// The reference vectors next to the tests, or in the folder that SBNN_GOLDEN_DIR names. Files are selected by their
/// member <c>kind</c>, whatever their names, and every case of a kind is run.
/// </summary>
internal static class GoldenVectors
{
    private const string Schema = "sbnn-golden/1";
    public const string Missing = "(missing)";

    // This property is declared before the cases, because static members are initialised in textual order.
    public static string Folder { get; } =
        Environment.GetEnvironmentVariable("SBNN_GOLDEN_DIR") is { Length: > 0 } named
        ? named
        : Path.Combine(AppContext.BaseDirectory, "vectors");

    private static readonly Dictionary<string, List<JsonElement>> CasesByKind = Read();

    public static IReadOnlyCollection<string> Kinds => CasesByKind.Keys;

    /// <summary>
    /// One row for each case of a kind. A kind without cases has one row, for which <see cref="Load"/> skips the test.
    /// </summary>
    public static TheoryData<string> Cases(string kind) =>
        CasesByKind.TryGetValue(kind, out var cases) ? [.. cases.Select(Id)] : [Missing];

    /// <summary>Each case of the kind in both precisions.</summary>
    public static TheoryData<string, Precision> CasesInBoth(string kind)
    {
        var rows = new TheoryData<string, Precision>();
        foreach (var row in Cases(kind))
        {
            rows.Add(row.Data, Precision.F32);
            rows.Add(row.Data, Precision.F64);
        }

        return rows;
    }

    /// <summary>
    /// All cases of kinds that are not listed, each with its kind. One row of <see cref="Missing"/> when all kinds are
    /// listed.
    /// </summary>
    public static TheoryData<string, string> CasesOfOtherKinds(IReadOnlyCollection<string> kinds)
    {
        var rows = new TheoryData<string, string>();
        foreach (var (kind, cases) in CasesByKind.Where(pair => !kinds.Contains(pair.Key)))
        {
            foreach (var one in cases) rows.Add(kind, Id(one));
        }

        if (rows.Count == 0) rows.Add(Missing, Missing);
        return rows;
    }

    public static GoldenCase Load(string kind, string id)
    {
        Assert.SkipWhen(id == Missing, $"{Folder} contains no vectors of the kind '{kind}'");
        return new GoldenCase(CasesByKind[kind].Single(one => Id(one) == id));
    }

    private static string Id(JsonElement one) => one.GetProperty("id").GetString()!;

    private static Dictionary<string, List<JsonElement>> Read()
    {
        var found = new Dictionary<string, List<JsonElement>>();
        foreach (var file in Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal))
        {
            var root = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;
            if (!root.TryGetProperty("schema", out var schema) || schema.GetString() != Schema)
                throw new InvalidDataException($"{file}: its schema is not {Schema}");
            var kind = root.GetProperty("kind").GetString()!;
            if (!found.TryGetValue(kind, out var cases)) found[kind] = cases = [];
            cases.AddRange(root.GetProperty("cases").EnumerateArray());
        }

        return found;
    }
}
