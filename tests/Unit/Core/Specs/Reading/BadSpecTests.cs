using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Core.Specs.Reading;

/// <summary>What a user reads after a mistake: each message stands here word for word.</summary>
public sealed class BadSpecTests
{
    private static readonly string Hyperparameters =
        string.Join(", ", Sweeps.Core.Trials.Hyperparameters.All.Select(parameter => parameter.Name));
    private const string AxisEntry =
        "a map such as {sparsity: [90, 95], gamma: [0.04, 0.07]}, or {points: [{…}, {…}]}, with or without when:";
    private const string Seeds =
        "a list of whole numbers from 0 to 2147483647, or how many seeds (1 to 100000) to count from 1";
    private const string Name = "lower-case letters, digits and '-', at most 64, the first a letter or digit";
    private const string Start = "a sweep starts with name: and trial:, see sweeps/quickstart.yaml";
    private const string Published =
        "a .yaml file of published figures below the spec's folder, such as published/table1.yaml";

    /// <summary>A title, the spec, and the whole message.</summary>
    public static TheoryData<string, string, string> Cases { get; } = new()
    {
        // The file itself.
        { "empty file", "", $"x.yaml:1: the file is empty; {Start}" },
        { "only comments", "# name: x\n", $"x.yaml:1: the file is empty; {Start}" },
        { "a sentence", "train everything", $"x.yaml:1: the file holds one value, not a map of keys; {Start}" },
        { "a list", "- name: x", $"x.yaml:1: the file holds a list, not a map of keys; {Start}" },
        { "unclosed bracket", "name: x\nseeds: [1, 2\ntable: {}\n",
            "x.yaml:2: not YAML after this line inside the '[' that opens on line 2 (is it closed?)" },
        { "wrong bracket", "name: x\ntrial: {width: 8]\nseeds: 2",
            "x.yaml:2: not YAML at column 17 inside the '{' that opens on line 2 (is it closed?): While parsing a flow "
                + "mapping, did not find expected ',' or '}'" },
        { "unclosed quote", "name: \"x\nseeds: 2\n",
            "x.yaml:1: not YAML at column 7: While scanning a multi-line double-quoted scalar, found wrong "
                + "indentation" },
        { "stray colon", "name: x: y\n",
            "x.yaml:1: not YAML at column 8: While scanning a plain scalar value, found invalid mapping" },
        { "tab as indent", "name: x\ntrial:\n\twidth: 8\n", "x.yaml:3: indented with a tab; YAML wants spaces" },
        { "two documents", "name: x\n---\nname: y\n", "x.yaml:2: a second document starts here; a file holds one" },
        {
            "anchor and alias", "name: x\ntrial:\n  width: &w 8\n  epochs: *w\n", """
            x.yaml:3: trial.width: &w is an anchor; write the values out where they are used
            x.yaml:4: trial.epochs: *w is an alias; write the value out
            """
        },
        { "tag", "name: !!str x\n", "x.yaml:1: name: YAML tags (!…) are not used here; write the plain value" },
        { "a list as key", "name: x\n? [a]\n: b\n", "x.yaml:2: a key must be a plain word" },
        { "too deep", "name: " + new string('[', 60) + new string(']', 60),
            $"x.yaml:1: name{string.Concat(Enumerable.Repeat("[0]", 50))}: nested more than 50 deep" },

        // Keys and types.
        { "no name", "trial: {width: 8}", $"x.yaml:1: name: missing: {Name}" },
        { "bad name", "name: Table 1", $"x.yaml:1: name: Table 1 is not allowed: {Name}" },
        { "empty name", "name: ''", $"x.yaml:1: name: an empty text is not allowed: {Name}" },
        { "no value", "name: x\ntrial:\n",
            "x.yaml:2: trial: nothing is written here: a map of hyperparameters to values; leave trial: out to keep "
                + "all defaults" },
        { "unknown section", "name: x\naxis: []",
            "x.yaml:2: axis: unknown key; did you mean axes? (allowed: name, description, trial, axes, exclude, seeds, "
                + "table, run)" },
        { "unknown hyperparameter", "name: x\ntrial:\n  width: 8\n  gama: 0.1",
            $"x.yaml:4: trial.gama: unknown key; did you mean gamma? (allowed: {Hyperparameters})" },
        { "unknown hyperparameter, other case and hyphen", "name: x\ntrial: {LearningRate: 0.1}",
            $"x.yaml:2: trial.LearningRate: unknown key; did you mean learning-rate? (allowed: {Hyperparameters})" },
        { "unknown hyperparameter, cut short", "name: x\ntrial: {batch: 64}",
            $"x.yaml:2: trial.batch: unknown key; did you mean batch-size? (allowed: {Hyperparameters})" },
        { "unknown hyperparameter, like none", "name: x\ntrial: {optimizer: adam}",
            $"x.yaml:2: trial.optimizer: unknown key (allowed: {Hyperparameters})" },
        { "seed as hyperparameter", "name: x\ntrial: {seed: 3}",
            "x.yaml:2: trial.seed: unknown key; the seed is not a hyperparameter: list the seeds under seeds:" },
        { "key twice", "name: x\ntrial:\n  width: 8\n  epochs: 2\n  width: 16",
            "x.yaml:5: trial.width: stands here twice (first on line 3)" },
        { "section twice", "name: x\nseeds: 2\nseeds: 3", "x.yaml:3: seeds: stands here twice (first on line 2)" },
        { "list for a value", "name: x\ntrial:\n  gamma: [0.1, 0.2]",
            "x.yaml:3: trial.gamma: a list is not allowed here: a number from 0 to 0.999" },
        { "map for a value", "name: x\ntrial: {gamma: {a: 1}}",
            "x.yaml:2: trial.gamma: a map is not allowed here: a number from 0 to 0.999" },
        { "value for a map", "name: x\ntrial: synthetic",
            "x.yaml:2: trial: synthetic is one value: a map of hyperparameters to values; leave trial: out to keep all "
                + "defaults" },

        // Values of hyperparameters.
        { "too large", "name: x\ntrial:\n  gamma: 1.5",
            "x.yaml:3: trial.gamma: 1.5 is not allowed: a number from 0 to 0.999" },
        { "no number", "name: x\ntrial: {width: wide}",
            "x.yaml:2: trial.width: wide is not allowed: a whole number from 1 to 1024" },
        { "fraction for a whole number", "name: x\ntrial: {epochs: 2.5}",
            "x.yaml:2: trial.epochs: 2.5 is not allowed: a whole number from 1 to 100000" },
        { "negative", "name: x\ntrial: {mixup: -1}",
            "x.yaml:2: trial.mixup: -1 is not allowed: a number from 0 to 100" },
        { "not a number at all", "name: x\ntrial: {learning-rate: .nan}",
            "x.yaml:2: trial.learning-rate: .nan is not allowed: a number from 1E-09 to 10" },
        { "yes for true", "name: x\ntrial: {flip: yes}", "x.yaml:2: trial.flip: yes is not allowed: true or false" },
        { "word near a word", "name: x\ntrial: {domain: closed_form}",
            "x.yaml:2: trial.domain: closed_form is not allowed: one of symmetric, closed-form, learned; did you mean "
                + "closed-form?" },
        { "null for none", "name: x\ntrial: {sparsity: null}",
            "x.yaml:2: trial.sparsity: nothing is written here: none, or a percentage from 0 to 99.99" },
        { "folder as path", "name: x\ntrial: {dataset: image-folder, folder: ../images}",
            "x.yaml:2: trial.folder: ../images is not allowed: a folder's name below a data root: letters, digits, "
                + "'-', '_' and '.', not a path" },
        { "validation without images", "name: x\ntrial:\n  select-on: validation",
            "x.yaml:3: trial.select-on: validation needs validation-images: as well, how many training images are held "
                + "out" },
        { "folder of cifar10", "name: x\ntrial:\n  dataset: cifar10\n  folder: a",
            "x.yaml:4: trial.folder: a is not used: only dataset: image-folder reads a folder" },
        { "image-folder without folder", "name: x\ntrial:\n  epochs: 2\n  dataset: image-folder",
            "x.yaml:4: trial.dataset: image-folder needs folder: as well, the folder's name below a data root" },
        { "folder without image-folder", "name: x\ntrial:\n  folder: cifar",
            "x.yaml:3: trial.folder: cifar is not used: only dataset: image-folder reads a folder" },

        // Hyperparameters that do not go together.
        { "method of another model", "name: x\ntrial:\n  model: reactnet18\n  method: ir-net",
            "x.yaml:4: trial.method: ir-net is not to be had for model: reactnet18; with reactnet18: sbnn, reactnet, "
                + "subbit-0.67, subbit-0.56, subbit-0.44" },
        { "one method of an axis", "name: x\naxes:\n  - method: [sbnn, ir-net, subbit-0.44]",
            "x.yaml:3: axes[0].method: subbit-0.44 is not to be had for model: resnet18; with resnet18: sbnn, ir-net, "
                + "full-precision" },
        { "domain of no use", "name: x\ntrial: {method: ir-net}\naxes:\n  - domain: [symmetric, learned]",
            "x.yaml:4: axes[0].domain: symmetric does not go with method: ir-net, which has no domain to choose; leave "
                + "it out, or give its axis when: {method: sbnn}" },
        { "target of no use", "name: x\ntrial:\n  method: full-precision\n  sparsity: 95.0",
            "x.yaml:4: trial.sparsity: 95 does not go with method: full-precision, which has no sparsity penalty; "
                + "leave it out, or give its axis when: {method: sbnn}" },

        // Axes.
        { "one value for an axis", "name: x\naxes:\n  - sparsity: 95",
            "x.yaml:3: axes[0].sparsity: 95 is one value: an axis needs a list, each item none, or a percentage from 0 "
                + "to 99.99" },
        { "empty axis", "name: x\naxes:\n  - sparsity: []",
            "x.yaml:3: axes[0].sparsity: the list is empty; an axis needs a list, each item none, or a percentage from "
                + "0 to 99.99" },
        { "no axes", "name: x\naxes: []", $"x.yaml:2: axes: the list is empty; each entry is {AxisEntry}" },
        { "axes as map", "name: x\naxes: {sparsity: [50, 75]}",
            $"x.yaml:2: axes: a map is not allowed here: each entry is {AxisEntry}" },
        { "bad item", "name: x\naxes:\n  - sparsity:\n      - 50\n      - 100",
            "x.yaml:5: axes[0].sparsity[1]: 100 is not allowed: none, or a percentage from 0 to 99.99" },
        {
            "unequal pairs",
                "name: x\naxes:\n  - domain: [learned]\n  - sparsity: [50, 75, 90]\n    gamma: [0.02, 0.04]",
            "x.yaml:4: axes[1]: paired lists of unequal length: sparsity has 3, gamma has 2; the keys of one entry "
                + "move together (separate entries multiply)"
        },
        { "unknown hyperparameter in an axis", "name: x\naxes:\n  - spasity: [50]",
            $"x.yaml:3: axes[0].spasity: unknown key; did you mean sparsity? (allowed: {Hyperparameters}, points, "
                + "when)" },
        { "hyperparameter in two axes", "name: x\naxes:\n  - crop: [0, 4]\n  - flip: [true]\n    crop: [2]",
            "x.yaml:5: axes[1].crop: axes[0] sets crop as well; a cell takes each hyperparameter from one axis" },
        {
            "hyperparameter in two conditional axes that meet",
                "name: x\naxes:\n  - domain: [learned, symmetric]\n  - crop: [0, 4]\n    when: {domain: learned}\n  - "
                    + "crop: [2]\n    when: {domain: [learned, symmetric]}",
            "x.yaml:6: axes[2].crop: an axis above sets crop as well in some of these cells; a cell takes each "
                + "hyperparameter from one axis"
        },
        { "condition without axis", "name: x\naxes:\n  - when: {domain: learned}",
            $"x.yaml:3: axes[0]: the axis sets no hyperparameter; it is {AxisEntry}" },
        { "points beside lists", "name: x\naxes:\n  - points: [{crop: 0}]\n    flip: [true]",
            "x.yaml:4: axes[0].flip: stands beside points; an axis has either points or lists" },
        { "empty point", "name: x\naxes:\n  - points: [{crop: 0}, {}]",
            "x.yaml:3: axes[0].points[1]: the map is empty; a map of hyperparameters, such as {domain: symmetric, "
                + "sparsity: none}" },
        { "point with a list", "name: x\naxes:\n  - points: [{crop: [0, 4]}]",
            "x.yaml:3: axes[0].points[0].crop: a list is not allowed here: a whole number from 0 to 16" },
        { "condition on an unknown hyperparameter", "name: x\naxes:\n  - crop: [0]\n    when: {domian: learned}",
            $"x.yaml:4: axes[0].when.domian: unknown key; did you mean domain? (allowed: {Hyperparameters})" },
        {
            "condition that no cell meets",
                "name: x\naxes:\n  - sparsity: [none, 95]\n  - crop: [0]\n    when: {sparsity: 96}",
            "x.yaml:5: axes[1].when.sparsity: no cell at this point of the grid holds 96; they hold none, 95"
        },
        {
            "condition on a later axis",
                "name: x\naxes:\n  - crop: [0]\n    when: {sparsity: 95}\n  - sparsity: [none, 95]",
            "x.yaml:4: axes[0].when.sparsity: axes[1] sets it further down; a condition asks about hyperparameters of "
                + "trial: and of the axes above it"
        },
        {
            "grid too large",
                "name: x\naxes:\n  - crop: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n  - width: [1, 2, 3, 4, 5, 6, 7, 8, 9, "
                    + "10]\nseeds: 1001",
            "x.yaml:2: axes: the axes and seeds multiply to 100,100 trials; at most 100,000 are accepted (before "
                + "exclusions)"
        },
        { "grid beyond 64 bits", Huge,
            "x.yaml:2: axes: the axes and seeds multiply to 12,800,000,000,000,000,000,000,000,000 trials; at most "
                + "100,000 are accepted (before exclusions)" },
        {
            "grid too large through a condition",
                "name: x\naxes:\n  - domain: [learned, symmetric]\n  - crop: [0, 1]\n    when: {domain: "
                    + "learned}\nseeds: 40000",
            "x.yaml:2: axes: the axes and seeds multiply to 120,000 trials; at most 100,000 are accepted (before "
                + "exclusions)"
        },

        // Exclusions and seeds.
        {
            "exclusion of nothing", "name: x\naxes:\n  - sparsity: [50, 95]\nexclude:\n  - sparsity: [96, 95]",
            "x.yaml:5: exclude[0].sparsity: no cell of the grid holds 96; they hold 50, 95"
        },
        {
            "exclusion of an absent pair",
                "name: x\naxes:\n  - points: [{domain: learned, crop: 0}, {domain: symmetric, crop: 4}]\nexclude:\n  - "
                    + "{domain: learned, crop: 4}",
            "x.yaml:5: exclude[0]: no cell of the grid holds all of this together"
        },
        { "everything excluded", "name: x\naxes:\n  - sparsity: [50, 95]\nexclude:\n  - sparsity: [50, 95]",
            "x.yaml:4: exclude: all 2 cells are excluded" },
        { "empty exclusion", "name: x\nexclude:\n  - {}",
            "x.yaml:3: exclude[0]: the map is empty; a map of hyperparameters to values, such as {domain: learned, "
                + "sparsity: [90, 95]}" },
        { "seed twice", "name: x\nseeds: [1, 2, 1]", "x.yaml:2: seeds[2]: seed 1 is there twice" },
        { "no seeds", "name: x\nseeds: []", $"x.yaml:2: seeds: the list is empty; {Seeds}" },
        { "zero seeds", "name: x\nseeds: 0", $"x.yaml:2: seeds: 0 is not allowed: {Seeds}" },
        { "negative seed", "name: x\nseeds: [-1]",
            "x.yaml:2: seeds[0]: -1 is not allowed: a whole number from 0 to 2147483647" },

        // The table.
        { "unknown column", "name: x\ntable:\n  columns: [top1, bop-pr]",
            "x.yaml:3: table.columns[1]: bop-pr is not allowed: one of domain, constraint, top1, delta, bops-pr, "
                + "bparams-pr, k0, k1, gamma, ones, entropy, bops-pr-8-9, bops-pr-sparse, bops-pr-sparse-half, "
                + "empty-filters, bops, flops, ops; did you mean bops-pr?" },
        { "column twice", "name: x\ntable: {columns: [k0, k0]}", "x.yaml:2: table.columns[1]: k0 is there twice" },
        { "unknown accuracy", "name: x\ntable: {accuracy: final}",
            "x.yaml:2: table.accuracy: final is not allowed: one of best, last, best-of-all" },
        { "two baselines",
            Rows("{baseline: true, label: a, where: {sparsity: 50}}",
                "{baseline: true, label: b, where: {sparsity: 95}}"),
                "x.yaml:7: table.rows[1].baseline: line 6 has the baseline already; a table has one" },
        { "label twice", Rows("{label: a, where: {sparsity: 50}}", "{label: a, where: {sparsity: 95}}"),
            "x.yaml:7: table.rows[1].label: a is the label of line 6 already; labels are unique" },
        { "row without cell", Rows("{label: a, where: {sparsity: 96}}"),
            "x.yaml:6: table.rows[0].where.sparsity: no cell left after exclusions holds 96; they hold 50, 95" },
        { "row of an excluded cell", Rows("{label: a, where: {sparsity: 50}}") + "\nexclude: [{sparsity: 50}]",
            "x.yaml:6: table.rows[0].where.sparsity: no cell left after exclusions holds 50; they hold 95" },
        { "row on an unknown hyperparameter", Rows("{label: a, where: {sparcity: 95}}"),
            "x.yaml:6: table.rows[0].where.sparcity: unknown key; did you mean sparsity? (allowed: "
                + $"{Hyperparameters})" },
        { "row of several cells", Rows("{label: a, where: {domain: learned}}"),
            "x.yaml:6: table.rows[0].where: 2 different cells match, and a row shows one; say which sparsity" },
        { "row with several values", Rows("{label: a, where: {sparsity: [50, 95]}}"),
            "x.yaml:6: table.rows[0].where.sparsity: a list is not allowed here: none, or a percentage from 0 to "
                + "99.99" },
        { "label over two lines", Rows("{label: \"a\\nb\", where: {sparsity: 50}}"),
            "x.yaml:6: table.rows[0].label: a b is not allowed: a text on one line, of 1 to 200 characters" },
        { "published row without file", Rows("{label: a, where: {sparsity: 50}, published: baseline}"),
            "x.yaml:6: table.rows[0].published: baseline names a published row, but table.published names no file" },
        {
            "unknown published row",
                "name: x\ntable:\n  published: published/table1.yaml\n  rows: [{label: a, published: base-line}]",
            "x.yaml:4: table.rows[0].published: base-line is no published row; did you mean baseline? (there are "
                + "baseline, symmetric-95, closed-form-95, learned-95)"
        },
        { "quote with where", Quotes("{quote: stq, where: {sparsity: 50}}"),
            "x.yaml:6: table.rows[0].where: does not go with quote:, for which nothing is trained" },
        { "quote as baseline", Quotes("{quote: stq, baseline: true}"),
            "x.yaml:6: table.rows[0].baseline: does not go with quote:, for which nothing is trained" },
        { "quote of an unknown row", Quotes("{quote: slimmin}"),
            "x.yaml:6: table.rows[0].quote: slimmin is no published row; did you mean slimming? (there are ir-net, "
                + "stq, slimming, dual-p-2-1, dual-p-3-1, dual-p-4-1, subbit-0.67, subbit-0.56, subbit-0.44, sbnn-50, "
                + "sbnn-75, sbnn-90, sbnn-95, sbnn-96, sbnn-97, sbnn-98, sbnn-99)" },
        { "quote without file", Rows("{quote: stq}"),
            "x.yaml:6: table.rows[0].quote: stq names a published row, but table.published names no file" },
        { "quote twice", Quotes("{quote: stq}", "{quote: stq}"),
            "x.yaml:7: table.rows[1].label: STQ is the label of line 6 already; labels are unique" },
        { "figure without layers", Figure("rows: [a]"),
            "x.yaml:6: table.figure.layers: missing: a list of places among the binary layers, from 1" },
        { "figure of no layer", Figure("layers: [0]"),
            "x.yaml:6: table.figure.layers[0]: 0 is not allowed: a whole number from 1 to 1000" },
        { "figure of a layer that is not there", Figure("layers: [5, 17]"),
            "x.yaml:6: table.figure.layers[1]: there is no layer 17; the networks of this sweep have 16 binary layers" },
        { "figure of a layer twice", Figure("layers: [5, 05]"),
            "x.yaml:6: table.figure.layers[1]: layer 05 is there twice" },
        { "figure of an unknown row", Figure("layers: [5], rows: [low, hihg]"),
            "x.yaml:6: table.figure.rows[1]: hihg is the label of no trained row; did you mean high? (there are low, "
                + "high)" },
        { "figure of a row twice", Figure("layers: [5], rows: [low, low]"),
            "x.yaml:6: table.figure.rows[1]: low is there twice" },
        { "figure with an unknown key", Figure("layers: [5], row: [low]"),
            "x.yaml:6: table.figure.row: unknown key; did you mean rows? (allowed: title, layers, rows)" },
        { "published file outside", "name: x\ntable: {published: ../paper/table1.yaml}",
            $"x.yaml:2: table.published: ../paper/table1.yaml is not allowed: {Published}" },
        { "published file absolute", "name: x\ntable: {published: /etc/table1.yaml}",
            $"x.yaml:2: table.published: /etc/table1.yaml is not allowed: {Published}" },

        // How to run.
        { "unknown run key", "name: x\nrun: {max-atempts: 2}",
            "x.yaml:2: run.max-atempts: unknown key; did you mean max-attempts? (allowed: max-attempts, priority, "
                + "backoff, checkpoint-every, hang-after, device, memory, exclusive)" },
        { "no attempts", "name: x\nrun: {max-attempts: 0}",
            "x.yaml:2: run.max-attempts: 0 is not allowed: a whole number from 1 to 100" },
        { "duration without unit", "name: x\nrun: {backoff: 2}",
            "x.yaml:2: run.backoff: 2 is not allowed: a duration from 0s to 10m, such as 500ms, 2s, 5m or 1h" },
        { "hang-after within a checkpoint's time", "name: x\nrun: {checkpoint-every: 10m, hang-after: 600s}",
            "x.yaml:2: run.hang-after: 10m is not allowed: a duration longer than checkpoint-every (10m), or 0s for "
                + "never" },
        { "unknown device", "name: x\nrun: {device: gpus}",
            "x.yaml:2: run.device: gpus is not allowed: one of any, cpu, gpu; did you mean gpu?" },
        { "memory without unit", "name: x\nrun: {memory: 6}",
            "x.yaml:2: run.memory: 6 is not allowed: a size from 1MiB to 1024GiB, such as 800MiB or 6GiB" },
        { "memory too large", "name: x\nrun: {memory: 1025GiB}",
            "x.yaml:2: run.memory: 1025GiB is not allowed: a size from 1MiB to 1024GiB, such as 800MiB or 6GiB" },
        { "exclusive as a number", "name: x\nrun: {exclusive: 1}",
            "x.yaml:2: run.exclusive: 1 is not allowed: true or false" },
        { "duration too long", "name: x\nrun: {checkpoint-every: 25h}",
            "x.yaml:2: run.checkpoint-every: 25h is not allowed: a duration from 0s to 24h, such as 500ms, 2s, 5m or "
                + "1h" },
    };

    private static string Huge =>
        "name: x\naxes:\n"
            + string.Concat(
                new[] { "width", "epochs", "batch-size", "train-images", "test-images", "learning-rate",
                    "mixup" }.Select(k =>
            $"  - {k}: [{string.Join(", ", Enumerable.Range(1, 2000).Select(i => k is "learning-rate" or "mixup" ? $"{i}e-3" : k == "width" ? $"{1 + (i % 1000)}" : $"{i}"))}]\n"))
        + "seeds: 100000";

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_mistake_is_named_with_its_line_key_value_and_what_is_allowed(
        string title, string yaml, string message)
    {
        var error = Assert.Throws<BadInputException>(() =>
            SpecReader.Parse(yaml, "x.yaml", Repository.PathOf("sweeps")));

        Assert.True(message == error.Message, $"{title}\n  expected: {message}\n  was:      {error.Message}");
    }

    [Fact]
    public void All_mistakes_of_a_file_are_reported_together_in_its_order()
    {
        const string Yaml = """
            nam: x
            trial:
              gamma: 1.5
              wdth: 8
            axes:
              - sparsity: [101, 95]
            seeds: [1, 1]
            run: {backoff: soon}
            """;

        var error = Assert.Throws<BadInputException>(() => SpecReader.Parse(Yaml, "x.yaml", ""));

        Assert.Equal(
            [
                "x.yaml:1: nam:", "x.yaml:1: name:", "x.yaml:3: trial.gamma:", "x.yaml:4: trial.wdth:",
                "x.yaml:6: axes[0].sparsity[0]:", "x.yaml:7: seeds[1]:", "x.yaml:8: run.backoff:",
            ],
            error.Message.Split('\n').Select(line => string.Join(' ', line.Split(' ').Take(2))));
    }

    [Fact]
    public void Mistakes_of_the_published_file_are_reported_under_its_name()
    {
        var folder = Directory.CreateTempSubdirectory("sbnn-specs-");
        try
        {
            var file = Path.Combine(folder.FullName, "figures.yaml");
            File.WriteAllText(file, "citation: c\nrows: [{id: a, name: A, top1: high}]");

            var error = Assert.Throws<BadInputException>(() =>
                SpecReader.Parse("name: x\ntable: {published: figures.yaml}", "x.yaml", folder.FullName));
            Assert.StartsWith($"{file}:2: rows[0].top1: high is not allowed", error.Message, StringComparison.Ordinal);

            error = Assert.Throws<BadInputException>(() =>
                SpecReader.Parse("name: x\ntable: {published: figure.yaml}", "x.yaml", folder.FullName));
            Assert.Equal("x.yaml:2: table.published: figure.yaml: no such file in the spec's folder; did you mean "
                + "figures.yaml?", error.Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_file_that_is_not_there_not_a_file_or_not_text_is_named()
    {
        var folder = Directory.CreateTempSubdirectory("sbnn-specs-");
        try
        {
            var binary = Path.Combine(folder.FullName, "table1.yaml");
            File.WriteAllBytes(binary, [0xff, 0xfe, 0x00, 0xc3]);
            var missing = Path.Combine(folder.FullName, "tabel1.yaml");

            Assert.Equal($"{missing}: no such file; did you mean {binary}?",
                Assert.Throws<BadInputException>(() => SpecReader.Read(missing)).Message);
            Assert.Equal($"{folder.FullName}: a folder, not a file",
                Assert.Throws<BadInputException>(() => SpecReader.Read(folder.FullName)).Message);
            Assert.Equal($"{binary}: not a text file in UTF-8",
                Assert.Throws<BadInputException>(() => SpecReader.Read(binary)).Message);
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
}
