using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Core.Specs.Reading;

/// <summary>Tests the messages for mistakes in specs. This file lists each message in full.</summary>
public sealed class BadSpecTests
{
    internal static readonly string Hyperparameters =
        string.Join(", ", Sweeps.Core.Trials.Hyperparameters.All.Select(parameter => parameter.Name));
    private const string AxisEntry =
        "a map such as {sparsity: [90, 95], gamma: [0.04, 0.07]}, or {points: [{…}, {…}]}, with or without when:";
    private const string Seeds =
        "a list of whole numbers from 0 to 2147483647, or the number of seeds (1 to 100000), which count from 1";
    private const string Name = "lower-case letters, digits and '-', at most 64, the first a letter or digit";
    private const string Start = "a sweep starts with name: and trial:, see sweeps/quickstart.yaml";

    /// <summary>The title of each case, the spec, and the full message.</summary>
    public static TheoryData<string, string, string> Cases { get; } = new()
    {
        // The file itself.
        { "empty file", "", $"x.yaml:1: the file is empty; {Start}" },
        { "only comments", "# name: x\n", $"x.yaml:1: the file is empty; {Start}" },
        { "a sentence", "train everything", $"x.yaml:1: the file contains a single value, not a map of keys; {Start}" },
        { "a list", "- name: x", $"x.yaml:1: the file contains a list, not a map of keys; {Start}" },
        { "unclosed bracket", "name: x\nseeds: [1, 2\ntable: {}\n",
            "x.yaml:2: invalid YAML after this line, inside the '[' of line 2 (check that it is closed)" },
        { "wrong bracket", "name: x\ntrial: {width: 8]\nseeds: 2",
            "x.yaml:2: invalid YAML at column 17, inside the '{' of line 2 (check that it is closed): while parsing a "
                + "flow mapping, did not find expected ',' or '}'" },
        { "unclosed quote", "name: \"x\nseeds: 2\n",
            "x.yaml:1: invalid YAML at column 7: while scanning a multi-line double-quoted scalar, found wrong "
                + "indentation" },
        { "stray colon", "name: x: y\n",
            "x.yaml:1: invalid YAML at column 8: a ': ' inside an unquoted text; put the text in quotes" },
        { "tab as indent", "name: x\ntrial:\n\twidth: 8\n",
            "x.yaml:3: the line is indented with a tab, but YAML requires spaces" },
        { "two documents", "name: x\n---\nname: y\n",
            "x.yaml:2: a second document starts here; a file may have only one" },
        {
            "anchor and alias", "name: x\ntrial:\n  width: &w 8\n  epochs: *w\n", """
            x.yaml:3: trial.width: the anchor &w is not allowed; write out the values where they are used
            x.yaml:4: trial.epochs: the alias *w is not allowed; write out the value
            """
        },
        { "tag", "name: !!str x\n", "x.yaml:1: name: YAML tags (!…) are not allowed; write the value without a tag" },
        { "a list as key", "name: x\n? [a]\n: b\n", "x.yaml:2: a key must be a plain word" },
        { "too deep", "name: " + new string('[', 60) + new string(']', 60),
            $"x.yaml:1: name{string.Concat(Enumerable.Repeat("[0]", 50))}: nested more than 50 levels deep" },

        // Keys and types.
        { "no name", "trial: {width: 8}", $"x.yaml:1: name: missing (allowed: {Name})" },
        { "bad name", "name: Table 1", $"x.yaml:1: name: Table 1 is not allowed (allowed: {Name})" },
        { "empty name", "name: ''", $"x.yaml:1: name: an empty text is not allowed (allowed: {Name})" },
        { "no value", "name: x\ntrial:\n",
            "x.yaml:2: trial: the value is missing (allowed: a map of hyperparameters to values; omit trial: to keep "
                + "all defaults)" },
        { "unknown section", "name: x\naxis: []",
            "x.yaml:2: axis: unknown key (allowed: name, description, trial, axes, exclude, seeds, "
                + "table, run); did you mean axes?" },
        { "unknown hyperparameter", "name: x\ntrial:\n  width: 8\n  gama: 0.1",
            $"x.yaml:4: trial.gama: unknown key (allowed: {Hyperparameters}); did you mean gamma?" },
        { "unknown hyperparameter, other case and hyphen", "name: x\ntrial: {LearningRate: 0.1}",
            $"x.yaml:2: trial.LearningRate: unknown key (allowed: {Hyperparameters}); did you mean learning-rate?" },
        { "unknown hyperparameter, cut short", "name: x\ntrial: {batch: 64}",
            $"x.yaml:2: trial.batch: unknown key (allowed: {Hyperparameters}); did you mean batch-size?" },
        { "unknown hyperparameter, like none", "name: x\ntrial: {optimizer: adam}",
            $"x.yaml:2: trial.optimizer: unknown key (allowed: {Hyperparameters})" },
        { "seed as hyperparameter", "name: x\ntrial: {seed: 3}",
            "x.yaml:2: trial.seed: unknown key; the seed is not a hyperparameter; list the seeds under seeds:" },
        { "key twice", "name: x\ntrial:\n  width: 8\n  epochs: 2\n  width: 16",
            "x.yaml:5: trial.width: duplicate key (first on line 3)" },
        { "section twice", "name: x\nseeds: 2\nseeds: 3", "x.yaml:3: seeds: duplicate key (first on line 2)" },
        { "list for a value", "name: x\ntrial:\n  gamma: [0.1, 0.2]",
            "x.yaml:3: trial.gamma: a list is not allowed here (allowed: a number from 0 to 0.999)" },
        { "map for a value", "name: x\ntrial: {gamma: {a: 1}}",
            "x.yaml:2: trial.gamma: a map is not allowed here (allowed: a number from 0 to 0.999)" },
        { "value for a map", "name: x\ntrial: synthetic",
            "x.yaml:2: trial: synthetic is a single value (allowed: a map of hyperparameters to values; omit trial: to "
                + "keep all "
                + "defaults)" },

        // Values of hyperparameters.
        { "too large", "name: x\ntrial:\n  gamma: 1.5",
            "x.yaml:3: trial.gamma: 1.5 is not allowed (allowed: a number from 0 to 0.999)" },
        { "no number", "name: x\ntrial: {width: wide}",
            "x.yaml:2: trial.width: wide is not allowed (allowed: a whole number from 1 to 1024)" },
        { "fraction for a whole number", "name: x\ntrial: {epochs: 2.5}",
            "x.yaml:2: trial.epochs: 2.5 is not allowed (allowed: a whole number from 1 to 100000)" },
        { "negative", "name: x\ntrial: {mixup: -1}",
            "x.yaml:2: trial.mixup: -1 is not allowed (allowed: a number from 0 to 100)" },
        { "not a number at all", "name: x\ntrial: {learning-rate: .nan}",
            "x.yaml:2: trial.learning-rate: .nan is not allowed (allowed: a number from 0.000000001 to 10)" },
        { "yes for true", "name: x\ntrial: {flip: yes}",
            "x.yaml:2: trial.flip: yes is not allowed (allowed: true or false)" },
        { "word near a word", "name: x\ntrial: {domain: closed_form}",
            "x.yaml:2: trial.domain: closed_form is not allowed (allowed: symmetric, closed-form, learned, "
                + "zero-one, closed-form-centred); did you mean closed-form?" },
        { "null for none", "name: x\ntrial: {sparsity: null}",
            "x.yaml:2: trial.sparsity: the value is missing (allowed: none, or a percentage from 0 to 99.99)" },
        { "folder as path", "name: x\ntrial: {dataset: image-folder, folder: ../images}",
            "x.yaml:2: trial.folder: ../images is not allowed (allowed: a folder's name below a data root: letters, "
                + "digits, "
                + "'-', '_' and '.', not a path)" },
        { "validation without images", "name: x\ntrial:\n  select-on: validation",
            "x.yaml:3: trial.select-on: validation requires validation-images:, the number of training images that "
                + "are held out" },
        { "folder of cifar10", "name: x\ntrial:\n  dataset: cifar10\n  folder: a",
            "x.yaml:4: trial.folder: a is not used, because only dataset: image-folder reads a folder; remove it" },
        { "image-folder without folder", "name: x\ntrial:\n  epochs: 2\n  dataset: image-folder",
            "x.yaml:4: trial.dataset: image-folder requires folder:, the folder's name below a data root" },
        { "folder without image-folder", "name: x\ntrial:\n  folder: cifar",
            "x.yaml:3: trial.folder: cifar is not used, because only dataset: image-folder reads a folder; remove it" },

        // Hyperparameters that cannot be combined.
        { "method of another model", "name: x\ntrial:\n  model: reactnet18\n  method: ir-net",
            "x.yaml:4: trial.method: ir-net is not available for model: reactnet18 (allowed: sbnn, reactnet, "
                + "subbit-0.67, "
                + "subbit-0.56, subbit-0.44)" },
        { "one method of an axis", "name: x\naxes:\n  - method: [sbnn, ir-net, subbit-0.44]",
            "x.yaml:3: axes[0].method: subbit-0.44 is not available for model: resnet18 (allowed: sbnn, ir-net, "
                + "full-precision)" },
        { "domain of no use", "name: x\ntrial: {method: ir-net}\naxes:\n  - domain: [symmetric, learned]",
            "x.yaml:4: axes[0].domain: symmetric cannot be combined with method: ir-net, which has no domain to "
                + "choose; remove it, or add when: {method: sbnn} to its axis" },
        { "target of no use", "name: x\ntrial:\n  method: full-precision\n  sparsity: 95.0",
            "x.yaml:4: trial.sparsity: 95 cannot be combined with method: full-precision, which has no sparsity "
                + "penalty; remove it, or add when: {method: sbnn} to its axis" },

        // Axes.
        { "one value for an axis", "name: x\naxes:\n  - sparsity: 95",
            "x.yaml:3: axes[0].sparsity: 95 is a single value (allowed: a list; each item is none, or a percentage "
                + "from 0 "
                + "to 99.99)" },
        { "empty axis", "name: x\naxes:\n  - sparsity: []",
            "x.yaml:3: axes[0].sparsity: the list is empty (allowed: a list; each item is none, or a percentage from "
                + "0 to 99.99)" },
        { "no axes", "name: x\naxes: []",
            $"x.yaml:2: axes: the list is empty (allowed: a list; each entry is {AxisEntry})" },
        { "axes as map", "name: x\naxes: {sparsity: [50, 75]}",
            $"x.yaml:2: axes: a map is not allowed here (allowed: a list; each entry is {AxisEntry})" },
        { "bad item", "name: x\naxes:\n  - sparsity:\n      - 50\n      - 100",
            "x.yaml:5: axes[0].sparsity[1]: 100 is not allowed (allowed: none, or a percentage from 0 to 99.99)" },
        {
            "unequal pairs",
                "name: x\naxes:\n  - domain: [learned]\n  - sparsity: [50, 75, 90]\n    gamma: [0.02, 0.04]",
            "x.yaml:4: axes[1]: paired lists must have equal lengths, but sparsity has 3 values, gamma has 2 values; "
                + "make them equally long, or write separate entries, which are combined in every way"
        },
        { "unknown hyperparameter in an axis", "name: x\naxes:\n  - spasity: [50]",
            $"x.yaml:3: axes[0].spasity: unknown key (allowed: {Hyperparameters}, points, "
                + "when); did you mean sparsity?" },
        { "hyperparameter in two axes", "name: x\naxes:\n  - crop: [0, 4]\n  - flip: [true]\n    crop: [2]",
            "x.yaml:5: axes[1].crop: axes[0] already sets crop; only one axis may set a hyperparameter of a cell" },
        {
            "hyperparameter in two conditional axes that meet",
                "name: x\naxes:\n  - domain: [learned, symmetric]\n  - crop: [0, 4]\n    when: {domain: learned}\n  - "
                    + "crop: [2]\n    when: {domain: [learned, symmetric]}",
            "x.yaml:6: axes[2].crop: an earlier axis already sets crop in some of these cells; only one axis may set a "
                + "hyperparameter of a cell"
        },
        { "condition without axis", "name: x\naxes:\n  - when: {domain: learned}",
            $"x.yaml:3: axes[0]: the axis sets no hyperparameter (allowed: {AxisEntry})" },
        { "points beside lists", "name: x\naxes:\n  - points: [{crop: 0}]\n    flip: [true]",
            "x.yaml:4: axes[0].flip: an axis may have either points: or lists of hyperparameter values, not both; "
                + "remove one of them" },
        { "empty point", "name: x\naxes:\n  - points: [{crop: 0}, {}]",
            "x.yaml:3: axes[0].points[1]: the map is empty (allowed: a map of hyperparameters, such as {domain: "
                + "symmetric, "
                + "sparsity: none})" },
        { "point with a list", "name: x\naxes:\n  - points: [{crop: [0, 4]}]",
            "x.yaml:3: axes[0].points[0].crop: a list is not allowed here (allowed: a whole number from 0 to 16)" },
        { "condition on an unknown hyperparameter", "name: x\naxes:\n  - crop: [0]\n    when: {domian: learned}",
            $"x.yaml:4: axes[0].when.domian: unknown key (allowed: {Hyperparameters}); did you mean domain?" },
        {
            "condition that no cell meets",
                "name: x\naxes:\n  - sparsity: [none, 95]\n  - crop: [0]\n    when: {sparsity: 96}",
            "x.yaml:5: axes[1].when.sparsity: no cell made by the earlier axes has the value 96 (allowed: none, 95)"
        },
        {
            "condition on a later axis",
                "name: x\naxes:\n  - crop: [0]\n    when: {sparsity: 95}\n  - sparsity: [none, 95]",
            "x.yaml:4: axes[0].when.sparsity: the later axes[1] sets sparsity (allowed: hyperparameters of trial: and "
                + "of earlier "
                + "axes)"
        },
        {
            "grid too large",
                "name: x\naxes:\n  - crop: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n  - width: [1, 2, 3, 4, 5, 6, 7, 8, 9, "
                    + "10]\nseeds: 1001",
            "x.yaml:2: axes: the axes and seeds multiply to 100,100 trials (allowed: at most 100,000, before "
                + "exclusions); use fewer values or seeds"
        },
        { "grid beyond 64 bits", Huge,
            "x.yaml:2: axes: the axes and seeds multiply to 12,800,000,000,000,000,000,000,000,000 trials (allowed: at "
                + "most 100,000, before exclusions); use fewer values or seeds" },
        {
            "grid too large through a condition",
                "name: x\naxes:\n  - domain: [learned, symmetric]\n  - crop: [0, 1]\n    when: {domain: "
                    + "learned}\nseeds: 40000",
            "x.yaml:2: axes: the axes and seeds multiply to 120,000 trials (allowed: at most 100,000, before "
                + "exclusions); use fewer values or seeds"
        },

        // Exclusions and seeds.
        {
            "exclusion of nothing", "name: x\naxes:\n  - sparsity: [50, 95]\nexclude:\n  - sparsity: [96, 95]",
            "x.yaml:5: exclude[0].sparsity: no cell of the grid has the value 96 (allowed: 50, 95)"
        },
        {
            "exclusion of an absent pair",
                "name: x\naxes:\n  - points: [{domain: learned, crop: 0}, {domain: symmetric, crop: 4}]\nexclude:\n  - "
                    + "{domain: learned, crop: 4}",
            "x.yaml:5: exclude[0]: no cell of the grid has all of these values together"
        },
        { "everything excluded", "name: x\naxes:\n  - sparsity: [50, 95]\nexclude:\n  - sparsity: [50, 95]",
            "x.yaml:4: exclude: excludes every cell (2 of 2); at least one must remain" },
        { "empty exclusion", "name: x\nexclude:\n  - {}",
            "x.yaml:3: exclude[0]: the map is empty (allowed: a map of hyperparameters to values, such as {domain: "
                + "learned, "
                + "sparsity: [90, 95]})" },
        { "seed twice", "name: x\nseeds: [1, 2, 1]", "x.yaml:2: seeds[2]: duplicate seed 1" },
        { "no seeds", "name: x\nseeds: []", $"x.yaml:2: seeds: the list is empty (allowed: {Seeds})" },
        { "zero seeds", "name: x\nseeds: 0", $"x.yaml:2: seeds: 0 is not allowed (allowed: {Seeds})" },
        { "negative seed", "name: x\nseeds: [-1]",
            "x.yaml:2: seeds[0]: -1 is not allowed (allowed: a whole number from 0 to 2147483647)" },

        // The section run.
        { "unknown run key", "name: x\nrun: {max-atempts: 2}",
            "x.yaml:2: run.max-atempts: unknown key (allowed: max-attempts, priority, backoff, checkpoint-every, "
                + "hang-after, device, memory, exclusive, keep, on-finish); did you mean max-attempts?" },
        { "no attempts", "name: x\nrun: {max-attempts: 0}",
            "x.yaml:2: run.max-attempts: 0 is not allowed (allowed: a whole number from 1 to 100)" },
        { "duration without unit", "name: x\nrun: {backoff: 2}",
            "x.yaml:2: run.backoff: 2 is not allowed (allowed: a duration from 0s to 10m, such as 500ms, 2s, 5m or "
                + "1h)" },
        { "hang-after within a checkpoint's time", "name: x\nrun: {checkpoint-every: 10m, hang-after: 600s}",
            "x.yaml:2: run.hang-after: 10m is not allowed (allowed: a duration longer than checkpoint-every (10m), or "
                + "0s for "
                + "never)" },
        { "unknown device", "name: x\nrun: {device: gpus}",
            "x.yaml:2: run.device: gpus is not allowed (allowed: any, cpu, gpu); did you mean gpu?" },
        { "memory without unit", "name: x\nrun: {memory: 6}",
            "x.yaml:2: run.memory: 6 is not allowed (allowed: a size from 1MiB to 1024GiB, such as 800MiB or 6GiB)" },
        { "memory too large", "name: x\nrun: {memory: 1025GiB}",
            "x.yaml:2: run.memory: 1025GiB is not allowed (allowed: a size from 1MiB to 1024GiB, such as 800MiB or "
                + "6GiB)" },
        { "exclusive as a number", "name: x\nrun: {exclusive: 1}",
            "x.yaml:2: run.exclusive: 1 is not allowed (allowed: true or false)" },
        { "unknown thing to keep", "name: x\nrun: {keep: everything}",
            "x.yaml:2: run.keep: everything is not allowed (allowed: nothing, weights)" },
        { "hook as a single value", "name: x\nrun: {on-finish: team}",
            "x.yaml:2: run.on-finish: team is a single value (allowed: a list of different hooks' names)" },
        { "hook's name", "name: x\nrun: {on-finish: [https://example.org]}",
            $"x.yaml:2: run.on-finish[0]: https://example.org is not allowed (allowed: {Name})" },
        { "hook twice", "name: x\nrun: {on-finish: [a, b, a]}", "x.yaml:2: run.on-finish[2]: duplicate name a" },
        { "duration too long", "name: x\nrun: {checkpoint-every: 25h}",
            "x.yaml:2: run.checkpoint-every: 25h is not allowed (allowed: a duration from 0s to 24h, such as 500ms, "
                + "2s, 5m or "
                + "1h)" },
    };

    private static string Huge
    {
        get
        {
            string[] names =
                ["width", "epochs", "batch-size", "train-images", "test-images", "learning-rate", "mixup"];
            var axes = names.Select(static name =>
                $"  - {name}: [{string.Join(", ", Enumerable.Range(1, 2000).Select(i => Value(name, i)))}]\n");
            return $"name: x\naxes:\n{string.Concat(axes)}seeds: 100000";

            static string Value(string name, int i) => name switch
            {
                "learning-rate" or "mixup" => $"{i}e-3",
                "width" => $"{1 + (i % 1000)}",
                _ => $"{i}",
            };
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Parse_NamesLineKeyValueAndAllowedValues_ForEachMistake(
        string title, string yaml, string message) => AssertMessage(title, yaml, message);

    internal static void AssertMessage(string title, string yaml, string message)
    {
        var error = Assert.Throws<BadInputException>(() =>
            SpecReader.Parse(yaml, "x.yaml", Repository.PathOf("sweeps")));

        Assert.True(message == error.Message, $"{title}\n  expected: {message}\n  was:      {error.Message}");
    }

    [Fact]
    public void Parse_ReportsAllMistakes_InTheFilesOrder()
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
    public void Read_NamesTheFile_WhenItIsMissingOrNotText()
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
            Assert.Equal($"{binary}: the file is not UTF-8 text",
                Assert.Throws<BadInputException>(() => SpecReader.Read(binary)).Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
