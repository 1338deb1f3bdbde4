using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs.Reading;

namespace Sbnn.Sweeps.Tests.Unit.Core.Specs.Reading;

/// <summary>Tests the messages for mistakes in a spec's table. This file lists each message in full.</summary>
public sealed class BadTableTests
{
    private const string Published =
        "a .yaml file of published values below the spec's folder, such as published/table1.yaml";

    /// <summary>The title of each case, the spec, and the full message.</summary>
    public static TheoryData<string, string, string> Cases { get; } = new()
    {
        { "unknown column", "name: x\ntable:\n  columns: [top1, bop-pr]",
            "x.yaml:3: table.columns[1]: bop-pr is not allowed (allowed: domain, constraint, top1, delta, "
                + "bops-pr, "
                + "bparams-pr, k0, k1, gamma, ones, entropy, bops-pr-8-9, bops-pr-sparse, bops-pr-sparse-half, "
                + "empty-filters, bops, flops, ops, prediction-interval, delta-interval, delta-p, phi-tau); did "
            + "you mean bops-pr?" },
        { "column twice", "name: x\ntable: {columns: [k0, k0]}", "x.yaml:2: table.columns[1]: duplicate column 'k0'" },
        { "unknown accuracy", "name: x\ntable: {accuracy: final}",
            "x.yaml:2: table.accuracy: final is not allowed (allowed: best, last, best-of-all)" },
        { "unknown test", "name: x\ntable: {test: student}",
            "x.yaml:2: table.test: student is not allowed (allowed: paired, welch)" },
        { "tolerance of an unknown metric", "name: x\ntable: {tolerance: {top-1: 0.5}}",
            "x.yaml:2: table.tolerance.top-1: unknown key (allowed: top1, delta, bops-pr, "
                + "bparams-pr, k0, k1, bops, flops, ops); did you mean top1?" },
        { "tolerance of 0", "name: x\ntable: {tolerance: {top1: 0}}",
            "x.yaml:2: table.tolerance.top1: 0 is not allowed (allowed: a number above 0, at most 100)" },
        { "tolerance for all metrics", "name: x\ntable: {tolerance: 0.5}",
            "x.yaml:2: table.tolerance: 0.5 is a single value (allowed: a map of metrics to the largest difference "
                + "that counts as equal, such as {top1: 0.5})" },
        { "two baselines",
            Rows("{baseline: true, label: a, where: {sparsity: 50}}",
                "{baseline: true, label: b, where: {sparsity: 95}}"),
                "x.yaml:7: table.rows[1].baseline: line 6 already marks a baseline row; a table may have only one" },
        { "label twice", Rows("{label: a, where: {sparsity: 50}}", "{label: a, where: {sparsity: 95}}"),
            "x.yaml:7: table.rows[1].label: duplicate label 'a' (first on line 6); labels must be unique" },
        { "row without cell", Rows("{label: a, where: {sparsity: 96}}"),
            "x.yaml:6: table.rows[0].where.sparsity: no cell left after exclusions has the value 96 (allowed: "
                + "50, 95)" },
        { "row of an excluded cell", Rows("{label: a, where: {sparsity: 50}}") + "\nexclude: [{sparsity: 50}]",
            "x.yaml:6: table.rows[0].where.sparsity: no cell left after exclusions has the value 50 (allowed: 95)" },
        { "row on an unknown hyperparameter", Rows("{label: a, where: {sparcity: 95}}"),
            "x.yaml:6: table.rows[0].where.sparcity: unknown key (allowed: "
                + $"{BadSpecTests.Hyperparameters}); did you mean sparsity?" },
        { "row of several cells", Rows("{label: a, where: {domain: learned}}"),
            "x.yaml:6: table.rows[0].where: 2 different cells match, but a row may show only one; add sparsity to "
                + "where:" },
        { "row with several values", Rows("{label: a, where: {sparsity: [50, 95]}}"),
            "x.yaml:6: table.rows[0].where.sparsity: a list is not allowed here (allowed: none, or a percentage from 0 "
                + "to "
                + "99.99)" },
        { "label over two lines", Rows("{label: \"a\\nb\", where: {sparsity: 50}}"),
            "x.yaml:6: table.rows[0].label: a b is not allowed (allowed: a text on one line, of 1 to 200 characters)" },
        { "published row without file", Rows("{label: a, where: {sparsity: 50}, published: baseline}"),
            "x.yaml:6: table.rows[0].published: baseline is the id of a published row, but the table names no file of "
                + "published values; set "
                + "table.published" },
        {
            "unknown published row",
                "name: x\ntable:\n  published: published/table1.yaml\n  rows: [{label: a, published: base-line}]",
            "x.yaml:4: table.rows[0].published: base-line is not a published row (allowed: "
                + "baseline, symmetric-95, closed-form-95, learned-95); did you mean baseline?"
        },
        { "quote with where", Quotes("{quote: stq, where: {sparsity: 50}}"),
            "x.yaml:6: table.rows[0].where: cannot be combined with quote:, because nothing is trained for a quoted "
                + "row; remove it" },
        { "quote as baseline", Quotes("{quote: stq, baseline: true}"),
            "x.yaml:6: table.rows[0].baseline: cannot be combined with quote:, because nothing is trained for a quoted "
                + "row; remove it" },
        { "quote of an unknown row", Quotes("{quote: slimmin}"),
            "x.yaml:6: table.rows[0].quote: slimmin is not a published row (allowed: ir-net, "
                + "stq, slimming, dual-p-2-1, dual-p-3-1, dual-p-4-1, subbit-0.67, subbit-0.56, subbit-0.44, sbnn-50, "
                + "sbnn-75, sbnn-90, sbnn-95, sbnn-96, sbnn-97, sbnn-98, sbnn-99); did you mean slimming?" },
        { "quote without file", Rows("{quote: stq}"),
            "x.yaml:6: table.rows[0].quote: stq is the id of a published row, but the table names no file of published "
                + "values; set "
                + "table.published" },
        { "quote twice", Quotes("{quote: stq}", "{quote: stq}"),
            "x.yaml:7: table.rows[1].label: duplicate label 'STQ' (first on line 6); labels must be unique" },
        { "network of a row with trials", Rows("{label: a, where: {sparsity: 50}, network: {model: reactnet-a}}"),
            "x.yaml:6: table.rows[0].network: requires quote:, because a row with trials counts their network; remove "
                + "it" },
        { "network without hyperparameters", Quotes("{quote: stq, network: {}}"),
            "x.yaml:6: table.rows[0].network: the map is empty (allowed: a map of model, width, image-size, method, "
                + "such as {model: xnor-resnet18, method: xnor-net})" },
        { "network with an unknown hyperparameter", Quotes("{quote: stq, network: {modle: reactnet-a}}"),
            "x.yaml:6: table.rows[0].network.modle: unknown key (allowed: model, width, image-size, method); did you "
                + "mean model?" },
        { "network with a hyperparameter of training", Quotes("{quote: stq, network: {epochs: 3}}"),
            "x.yaml:6: table.rows[0].network.epochs: unknown key (allowed: model, width, image-size, method)" },
        { "network with a method of another model",
            Quotes("{quote: stq, network: {model: xnor-resnet18, method: bi-real}}"),
            "x.yaml:6: table.rows[0].network.method: bi-real is not available for model: xnor-resnet18 (allowed: "
                + "xnor-net)" },
        { "network with the method of trial:", Quotes("{quote: stq, network: {model: xnor-resnet18}}"),
            "x.yaml:6: table.rows[0].network.method: sbnn is not available for model: xnor-resnet18 (allowed: "
                + "xnor-net)" },
        { "network of unknown classes", Quotes("{quote: stq, network: {model: resnet18}}"),
            "x.yaml:6: table.rows[0].network.model: resnet18 cannot be counted without images, because its number of "
                + "classes is unknown (allowed: reactnet-a, reactnet18-imagenet, bi-real-net18, xnor-resnet18, "
                + "resnet18-imagenet, resnet34-imagenet, mobilenet-v1)" },
        { "figure without layers", Figure("rows: [a]"),
            "x.yaml:6: table.figure.layers: missing (allowed: a list of binary layers, counted from 1)" },
        { "figure of no layer", Figure("layers: [0]"),
            "x.yaml:6: table.figure.layers[0]: 0 is not allowed (allowed: a whole number from 1 to 1000)" },
        { "figure of a layer that is not there", Figure("layers: [5, 17]"),
            "x.yaml:6: table.figure.layers[1]: layer 17 does not exist (allowed: 1 to 16, the binary layers of this "
                + "sweep's networks)" },
        { "figure of a layer twice", Figure("layers: [5, 05]"),
            "x.yaml:6: table.figure.layers[1]: duplicate layer 05" },
        { "figure of an unknown row", Figure("layers: [5], rows: [low, hihg]"),
            "x.yaml:6: table.figure.rows[1]: hihg is not the label of a trained row (allowed: \"low\", "
                + "\"high\"); did you mean high?" },
        { "figure of a row twice", Figure("layers: [5], rows: [low, low]"),
            "x.yaml:6: table.figure.rows[1]: duplicate row 'low'" },
        { "figure with an unknown key", Figure("layers: [5], row: [low]"),
            "x.yaml:6: table.figure.row: unknown key (allowed: title, layers, rows); did you mean rows?" },
        { "claim without condition", Claims("{row: high}"),
            "x.yaml:6: table.claims[0]: the condition is missing (allowed: exactly one of above, within, at-least, "
                + "at-most, rising)" },
        { "claim with two conditions", Claims("{row: high, above: low, at-least: 3}"),
            "x.yaml:6: table.claims[0].at-least: cannot be combined with above:, because a claim has one condition; "
                + "write two claims" },
        { "claim with two conditions about unknown rows", Claims("{row: hi, above: lo, within: 2}"),
            """
            x.yaml:6: table.claims[0].within: cannot be combined with above:, because a claim has one condition; write two claims
            x.yaml:6: table.claims[0].row: hi is not the label of a trained row (allowed: "low", "high")
            x.yaml:6: table.claims[0].above: lo is not the label of a trained row (allowed: "low", "high"); did you mean low?
            """ },
        { "claim with two conditions, and an exclusion of nothing",
            "name: x\naxes:\n  - sparsity: [50, 95]\nexclude:\n  - sparsity: [96, 95]\n"
                + "table: {claims: [{row: a, above: b, within: 2}]}",
            """
            x.yaml:5: exclude[0].sparsity: no cell of the grid has the value 96 (allowed: 50, 95)
            x.yaml:6: table.claims[0].within: cannot be combined with above:, because a claim has one condition; write two claims
            """ },
        { "claim without row", Claims("{above: low}"),
            "x.yaml:6: table.claims[0].row: missing (allowed: the label of a row of this table)" },
        { "claim about an unknown row", Claims("{row: hihg, above: low}"),
            "x.yaml:6: table.claims[0].row: hihg is not the label of a trained row (allowed: \"low\", "
                + "\"high\"); did you mean high?" },
        { "claim of a row above itself", Claims("{row: low, above: low}"),
            "x.yaml:6: table.claims[0].above: duplicate row 'low'" },
        { "claim about no metric of seeds", Claims("{row: high, metric: ops, at-least: 3}"),
            "x.yaml:6: table.claims[0].metric: ops is not allowed (allowed: top1, bops-pr, bparams-pr, k0, k1, "
                + "ones, entropy, bops-pr-8-9, bops-pr-sparse, bops-pr-sparse-half, empty-filters, phi-tau)" },
        { "claim with a word as bound", Claims("{row: high, at-most: half}"),
            "x.yaml:6: table.claims[0].at-most: half is not allowed (allowed: a number from -1000000 to 1000000)" },
        { "claim with a negative gap", Claims("{row: high, within: -1, of: low}"),
            "x.yaml:6: table.claims[0].within: -1 is not allowed (allowed: a number from 0 to 1000000)" },
        { "claim of a gap without a baseline", Claims("{row: high, within: 1}"),
            "x.yaml:6: table.claims[0].within: the table has no baseline row, so the gap needs another row; name "
                + "it in of:" },
        { "claim of the baseline's own gap",
            Rows("{label: low, where: {sparsity: 50}, baseline: true}", "{label: high, where: {sparsity: 95}}")
                + "\n  claims: [{row: low, within: 1}]",
            "x.yaml:8: table.claims[0].row: low is the baseline, which has no gap to itself; name another row" },
        { "claim of an order of one row", Claims("{rising: [low]}"),
            "x.yaml:6: table.claims[0].rising: one row has no order; name at least two" },
        { "claim of an order with a row", Claims("{row: low, rising: [low, high]}"),
            "x.yaml:6: table.claims[0].row: cannot be combined with rising:, which names all rows; remove row:" },
        { "claim with keys of other conditions", Claims("{row: low, at-least: 3, by: 1, of: high}"),
            """
            x.yaml:6: table.claims[0].by: has no effect without above:; remove it
            x.yaml:6: table.claims[0].of: has no effect without within:; remove it
            """ },
        { "claim with an unknown key", Claims("{row: low, atleast: 3}"),
            """
            x.yaml:6: table.claims[0].atleast: unknown key (allowed: text, section, metric, row, above, by, within, of, at-least, at-most, rising); did you mean at-least?
            x.yaml:6: table.claims[0]: the condition is missing (allowed: exactly one of above, within, at-least, at-most, rising)
            """ },
        { "published file outside", "name: x\ntable: {published: ../paper/table1.yaml}",
            $"x.yaml:2: table.published: ../paper/table1.yaml is not allowed (allowed: {Published})" },
        { "published file absolute", "name: x\ntable: {published: /etc/table1.yaml}",
            $"x.yaml:2: table.published: /etc/table1.yaml is not allowed (allowed: {Published})" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Parse_NamesLineKeyValueAndAllowedValues_ForEachMistake(
        string title, string yaml, string message) => BadSpecTests.AssertMessage(title, yaml, message);

    [Fact]
    public void Parse_NamesThePublishedFile_WhenItContainsAMistake()
    {
        var folder = Directory.CreateTempSubdirectory("sbnn-specs-");
        try
        {
            var file = Path.Combine(folder.FullName, "values.yaml");
            File.WriteAllText(file, "citation: c\nrows: [{id: a, name: A, top1: high}]");

            var error = Assert.Throws<BadInputException>(() =>
                SpecReader.Parse("name: x\ntable: {published: values.yaml}", "x.yaml", folder.FullName));
            Assert.StartsWith($"{file}:2: rows[0].top1: high is not allowed", error.Message, StringComparison.Ordinal);

            error = Assert.Throws<BadInputException>(() =>
                SpecReader.Parse("name: x\ntable: {published: value.yaml}", "x.yaml", folder.FullName));
            Assert.Equal("x.yaml:2: table.published: value.yaml: no such file in the spec's folder; did you mean "
                + "values.yaml?", error.Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Rows(params string[] rows) =>
        "name: x\naxes:\n  - sparsity: [50, 95]\ntable:\n  rows:\n" + string.Join('\n', rows.Select(r => $"    - {r}"));

    private static string Quotes(params string[] rows) =>
        "name: x\naxes: [{sparsity: [50, 95]}]\ntable:\n  published: published/table2.yaml\n  rows:\n"
            + string.Join('\n', rows.Select(r => $"    - {r}"));

    private static string Figure(string keys) =>
        "name: x\naxes: [{sparsity: [50, 95]}]\ntable:\n"
        + "  columns: [top1]\n  rows: [{label: low, where: {sparsity: 50}}, {label: high, where: {sparsity: 95}}]\n"
        + $"  figure: {{{keys}}}";

    private static string Claims(string claim) => Figure("layers: [5]")
        .Replace("figure: {layers: [5]}", $"claims: [{claim}]", StringComparison.Ordinal);
}
