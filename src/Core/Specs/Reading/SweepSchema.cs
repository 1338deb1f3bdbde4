using System.Globalization;
using System.Text.Json.Nodes;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>
/// The JSON Schema of a sweep's YAML file. With it, editors complete keys and words, explain them, and mark most
/// mistakes while the user types. It is generated from the definitions that <see cref="SpecReader"/> uses, and stored
/// as <c>sweeps/sweep.schema.json</c>. It uses draft 7, which the YAML language server supports best.
/// </summary>
/// <remarks>
/// The schema describes the structure: keys, types, ranges, words. Only the spec reader can find mistakes that depend
/// on the whole grid or on another file (a row that matches no cell, lists of unequal length, an unknown id of a
/// published row). The schema is stricter in one respect: numbers must be written without quotes, and texts that look
/// like numbers in quotes.
/// </remarks>
public static class SweepSchema
{
    /// <summary>The schema with indentation and a final newline; its bytes are the same on every machine.</summary>
    public static string Text { get; } = Root().ToJsonString(SbnnJson.Indented) + "\n";

    private static JsonObject Root() => new()
    {
        ["$schema"] = "http://json-schema.org/draft-07/schema#",
        ["title"] = "sbnn sweep",
        ["description"] = "A sweep: the trials to run, and the table that shows their results.",
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["name"] = new JsonObject
            {
                ["description"] =
                    "The sweep's id, and the name of its folder below out/: lower-case letters, digits and '-'. When "
                        + "a changed file is run again, only the missing trials are trained.",
                ["type"] = "string",
                ["pattern"] = SpecReader.NamePattern,
            },
            ["description"] =
                new JsonObject
                {
                    ["description"] = "The purpose of the sweep, in a sentence or two.",
                    ["type"] = "string"
                },
            ["trial"] = HyperparameterSchema.Reference("#/definitions/hyperparameters",
                "The hyperparameters of all cells, unless an axis sets them. Those that are not listed have their "
                    + "defaults."),
            ["axes"] = ListOf(
                "#/definitions/axis",
                "The hyperparameters that vary. Entries multiply; the keys of one entry change together."),
            ["exclude"] = ListOf("#/definitions/condition", "Cells that match one of these conditions are left out."),
            ["seeds"] = Seeds(),
            ["table"] = Table(),
            ["run"] = Run(),
        },
        ["required"] = new JsonArray("name"),
        ["additionalProperties"] = false,
        ["definitions"] = new JsonObject
        {
            ["hyperparameters"] = HyperparameterSchema.Values(),
            ["axis"] = HyperparameterSchema.Axis(),
            ["condition"] = HyperparameterSchema.Condition(),
        },
    };

    private static JsonObject Seeds() => new()
    {
        ["description"] =
            "Every cell is trained once with each seed. A list of seeds, or their number, counted from 1. Default: 1.",
        ["default"] = 1,
        ["anyOf"] = new JsonArray(
            new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = SweepSpec.LargestGrid },
            new JsonObject
            {
                ["type"] = "array",
                ["items"] = new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = int.MaxValue },
                ["minItems"] = 1,
                ["uniqueItems"] = true,
            }),
    };

    private static JsonObject Table() => Section("The table that the sweep fills.", new JsonObject
    {
        ["title"] = Line("The heading. Default: the sweep's name."),
        ["accuracy"] = new JsonObject
        {
            ["description"] = "The epoch whose accuracy and counts the table shows. Default: best.",
            ["default"] = TableReader.AccuracyWords[(int)AccuracyChoice.Best],
            ["enum"] = Words(TableReader.AccuracyWords),
            ["enumDescriptions"] = Words(Enum.GetValues<AccuracyChoice>().Select(Meaning)),
        },
        ["test"] = new JsonObject
        {
            ["description"] = "The test of differences between rows, in intervals, p-values and claims. Default: "
                + "paired.",
            ["default"] = TableReader.TestWords[(int)RowTest.Paired],
            ["enum"] = Words(TableReader.TestWords),
            ["enumDescriptions"] = Words(
                ["Student's t, paired by seed, where both rows have the same seeds; Welch's t elsewhere.",
                    "Welch's t, also where both rows have the same seeds."]),
        },
        ["published"] = new JsonObject
        {
            ["description"] =
                "A .yaml file of published values below the spec's folder, such as published/table1.yaml.",
            ["type"] = "string",
            ["pattern"] = @"\.yaml$",
        },
        ["tolerance"] = Tolerance(),
        ["columns"] = new JsonObject
        {
            ["description"] =
                "The columns, in order. Default: "
                    + $"{string.Join(", ", TableReader.DefaultColumns.Select(c => TableReader.ColumnWords[(int)c]))}.",
            ["type"] = "array",
            ["items"] = new JsonObject
            {
                ["enum"] = Words(TableReader.ColumnWords),
                ["enumDescriptions"] = Words(Enum.GetValues<TableColumn>().Select(Meaning)),
            },
            ["minItems"] = 1,
            ["uniqueItems"] = true,
        },
        ["rows"] = new JsonObject
        {
            ["description"] = "The rows, in order. Default: one for each cell.",
            ["type"] = "array",
            ["items"] = Row(),
            ["minItems"] = 1,
        },
        ["figure"] = Figure(),
        ["claims"] = new JsonObject
        {
            ["description"] = "Claims about the rows, each of which reports find supported, refuted or neither.",
            ["type"] = "array",
            ["items"] = ClaimSchema.Claim(),
            ["minItems"] = 1,
        },
    });

    private static JsonObject Tolerance() => Section(
        string.Create(CultureInfo.InvariantCulture,
            $"The largest difference to a published value that counts as equal, by metric. Default: "
            + $"{PublishedTolerance.Points} percentage points; for operations, half a unit of the printed number's "
            + $"last digit."),
        new JsonObject(PublishedReader.ValueNames.Select(static name => KeyValuePair.Create<string, JsonNode?>(
            name,
            new JsonObject { ["type"] = "number", ["exclusiveMinimum"] = 0, ["maximum"] = PublishedTolerance.Most }))));

    private static JsonObject Figure() =>
        Section("A bar chart of the binary kernels by Hamming weight, with a panel for each layer and row.",
            new JsonObject
            {
                ["title"] = Line("The heading. Default: the table's title."),
                ["layers"] = new JsonObject
                {
                    ["description"] =
                    "The numbers of the binary layers, from top to bottom. The first binary layer has the number 1.",
                    ["type"] = "array",
                    ["items"] = new JsonObject
                    {
                        ["type"] = "integer",
                        ["minimum"] = 1,
                        ["maximum"] = TableReader.MostLayers
                    },
                    ["minItems"] = 1,
                    ["uniqueItems"] = true,
                },
                ["rows"] = new JsonObject
                {
                    ["description"] =
                        "Labels of the table's rows that become the figure's columns, from left to right. "
                            + "Default: all rows that are trained.",
                    ["type"] = "array",
                    ["items"] = new JsonObject { ["type"] = "string" },
                    ["minItems"] = 1,
                    ["uniqueItems"] = true,
                },
            });

    private static JsonObject Row() =>
        Section("A cell of the grid, with the mean over its seeds; or only a published row.", new JsonObject
        {
            ["label"] = Line(
            "The row's name, unique within the table. Default: the values of where:, or the published name in quote:."),
            ["where"] = HyperparameterSchema.Reference(
            "#/definitions/hyperparameters", "The hyperparameter values that identify the row's cell."),
            ["baseline"] = new JsonObject
            {
                ["description"] = "True for the row with which the other rows are compared; at most one.",
                ["type"] = "boolean",
                ["default"] = false,
            },
            ["published"] =
            new JsonObject
            {
                ["description"] =
                    "The id of a row in the file of table.published, whose values are shown beside this row.",
                ["type"] = "string"
            },
            ["quote"] = new JsonObject
            {
                ["description"] =
                "The id of a row in the file of table.published whose values are the whole row: nothing is "
                    + "trained for it. It replaces where:, baseline: and published:.",
                ["type"] = "string",
            },
            ["network"] = Section(
                "For quote: only: the network whose operations the row shows (columns bops, flops, ops), by "
                    + $"{string.Join(", ", Architectures.Settings)}. Those that are not listed are taken from trial:. "
                    + "Allowed: a model in ImageNet's layout.",
                new JsonObject(Architectures.Settings.Select(static name => KeyValuePair.Create<string, JsonNode?>(
                    name, HyperparameterSchema.Reference($"#/definitions/hyperparameters/properties/{name}"))))),
        });

    private static JsonObject Run() => Section(
        "Limits and priority. They are not part of a trial's identity, so changing them repeats no training.",
        new JsonObject(RunKey.All.Select(key => KeyValuePair.Create<string, JsonNode?>(key.Name, RunValue(key)))));

    private static JsonObject RunValue(RunKey key)
    {
        (JsonObject Schema, JsonNode? Written) found = key switch
        {
            IntegerRunKey whole => (
                new JsonObject { ["type"] = "integer", ["minimum"] = whole.Least, ["maximum"] = whole.Most },
                (JsonNode)whole.Get(new RunSpec())),
            DurationRunKey duration => (
                new JsonObject { ["type"] = "string", ["pattern"] = DurationRunKey.Pattern },
                (JsonNode)DurationRunKey.Written(duration.Get(new RunSpec()))),
            DeviceRunKey => (
                new JsonObject
                {
                    ["enum"] = new JsonArray([.. DeviceRunKey.Words.Select(static word => (JsonNode)word)]),
                },
                (JsonNode)EnumWords.Of(new RunSpec().Device)),
            MemoryRunKey => (new JsonObject { ["type"] = "string", ["pattern"] = MemoryRunKey.Pattern }, null),
            ExclusiveRunKey => (new JsonObject { ["type"] = "boolean" }, (JsonNode)new RunSpec().Exclusive),
            KeepRunKey => (
                new JsonObject
                {
                    ["enum"] = new JsonArray([.. KeepRunKey.Words.Select(static word => (JsonNode)word)]),
                },
                (JsonNode)EnumWords.Of(new RunSpec().Keep)),
            OnFinishRunKey => (
                new JsonObject
                {
                    ["type"] = "array",
                    ["minItems"] = 1,
                    ["uniqueItems"] = true,
                    ["items"] = new JsonObject { ["type"] = "string", ["pattern"] = SpecReader.NamePattern },
                },
                null),
            _ => throw new InvalidOperationException($"the schema has no definition for keys like {key.Name}"),
        };
        var (schema, written) = found;
        var usual = written is null ? "" : $" Default: {written}.";
        schema.Insert(0, "description", $"{key.Description} Allowed: {key.Allowed}.{usual}");
        if (written is not null) schema.Insert(1, "default", written);
        return schema;
    }

    internal static JsonObject Section(string description, JsonObject properties) => new()
    {
        ["description"] = description,
        ["type"] = "object",
        ["properties"] = properties,
        ["additionalProperties"] = false,
        ["minProperties"] = 1,
    };

    private static JsonObject ListOf(string reference, string description) => new()
    {
        ["description"] = description,
        ["type"] = "array",
        ["items"] = HyperparameterSchema.Reference(reference),
        ["minItems"] = 1,
    };

    internal static JsonObject Line(string description) =>
        new() { ["description"] = description, ["type"] = "string", ["minLength"] = 1, ["maxLength"] = 200 };

    internal static JsonArray Words(IEnumerable<string> words) => new([.. words.Select(w => (JsonNode)w)]);

    private static string Meaning(AccuracyChoice choice) => choice switch
    {
        AccuracyChoice.Best => "The best epoch among those at the sparsity target (U/N at most 1.05 times EC).",
        AccuracyChoice.Last => "The last epoch, if it is at the sparsity target.",
        AccuracyChoice.BestOfAll =>
            "The best of all epochs, whether or not it is at the sparsity target, as in the authors' code.",
        _ => throw new ArgumentOutOfRangeException(
            nameof(choice), choice, "the schema has no description of this choice"),
    };

    internal static string Meaning(TableColumn column) => column switch
    {
        TableColumn.Domain => "How the two values of the binary weights are determined.",
        TableColumn.Constraint => "The sparsity target in percent.",
        TableColumn.Top1 =>
            "Test accuracy in percent: mean ± standard deviation over the seeds, and how many of the N seeds it covers "
                + "(n/N).",
        TableColumn.PredictionInterval =>
            "The interval that contains the accuracy of a further seed with a probability of 95 %, in percent.",
        TableColumn.DeltaInterval =>
            "The 95 % confidence interval of the difference to the baseline row, in percentage points: Student's, "
                + "paired by seed, where both rows have the same seeds; else Welch's.",
        TableColumn.DeltaP =>
            "The p-value for no difference to the baseline row, with Holm's correction over the table's comparisons.",
        TableColumn.Delta => "Difference to the baseline row, in percentage points.",
        TableColumn.BopsPr =>
            "Change of binary operations in percent, when kernels with no 1 or a single 1 are saved entirely.",
        TableColumn.BParamsPr => "Change of binary parameters in percent.",
        TableColumn.K0 => "Kernels without a one, in percent.",
        TableColumn.K1 => "Kernels with a single one, in percent.",
        TableColumn.Gamma => "The penalty's share of the total loss.",
        TableColumn.Ones => "Weights that are one, in percent.",
        TableColumn.Entropy => "Entropy of the weights in bits.",
        TableColumn.BopsPrK1EightNinths =>
            "Change of binary operations in percent, when a kernel with a single 1 keeps one of its nine operations.",
        TableColumn.BopsPrSparse =>
            "Change of binary operations in percent, when only the operations of weights that are 1 remain.",
        TableColumn.BopsPrSparseHalf => "Like bops-pr-sparse, but without the XNORs: half of the remaining operations.",
        TableColumn.EmptyFilters => "The number of output channels whose kernels are all empty.",
        TableColumn.PhiTau => "phi/tau, the median over the binary layers: 0 is ±beta, 1 is {0, beta}.",
        TableColumn.Bops =>
            "Binary operations of one image, in units of 10^8. For SBNN with a sparsity: half of the operations of "
                + "weights that are 1.",
        TableColumn.Flops => "Real multiply-accumulates of one image, in units of 10^8.",
        TableColumn.Ops => "FLOPs + BOPs/64, in units of 10^8.",
        _ => throw new ArgumentOutOfRangeException(
            nameof(column), column, "the schema has no description of this column"),
    };
}
