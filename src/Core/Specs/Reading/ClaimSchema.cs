using System.Text.Json.Nodes;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>The part of the editor's schema that describes a claim.</summary>
internal static class ClaimSchema
{
    /// <summary>One entry of <c>table.claims</c>.</summary>
    public static JsonObject Claim()
    {
        var claim = SweepSchema.Section(
            "A condition on a metric of rows: exactly one of above, within, at-least, at-most and rising.",
            new JsonObject
            {
                ["text"] = SweepSchema.Line("The claim in words. Default: its condition in symbols."),
                ["section"] = SweepSchema.Line("The paper's section that makes the claim, in quotes: \"4.1\"."),
                ["metric"] = new JsonObject
                {
                    ["description"] = "The metric, in the unit of its column. Default: top1.",
                    ["default"] = ClaimsReader.MetricWords[0],
                    ["enum"] = SweepSchema.Words(ClaimsReader.MetricWords),
                    ["enumDescriptions"] = SweepSchema.Words(ClaimSpec.Metrics.Select(SweepSchema.Meaning)),
                },
                ["row"] = Label("The label of the row that the claim is about; not with rising."),
                ["above"] = Label("The label of a row whose mean is lower than that of row."),
                ["by"] = Number("With above: the lead is more than this. Default: 0.", least: 0),
                ["within"] = Number(
                    "The row's mean may be below that of the other row (of), but by less than this.", least: 0),
                ["of"] = Label("With within: the label of the other row. Default: the baseline row."),
                ["at-least"] = Number("The row's mean is this or more.", -ClaimsReader.Greatest),
                ["at-most"] = Number("The row's mean is this or less.", -ClaimsReader.Greatest),
                ["rising"] = new JsonObject
                {
                    ["description"] = "Labels of rows in the order of rising means.",
                    ["type"] = "array",
                    ["items"] = new JsonObject { ["type"] = "string" },
                    ["minItems"] = 2,
                    ["uniqueItems"] = true,
                },
            });
        claim["oneOf"] = new JsonArray([.. ClaimsReader.KindWords.Select(static JsonNode (kind) =>
            new JsonObject { ["required"] = new JsonArray(kind) })]);
        return claim;
    }

    private static JsonObject Label(string description) =>
        new() { ["description"] = description, ["type"] = "string" };

    private static JsonObject Number(string description, int least) => new()
    {
        ["description"] = description,
        ["type"] = "number",
        ["minimum"] = least,
        ["maximum"] = ClaimsReader.Greatest,
    };
}
