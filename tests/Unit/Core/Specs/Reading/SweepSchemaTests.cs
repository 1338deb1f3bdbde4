using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Core.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Core.Specs.Reading;

/// <summary>Tests that the JSON schema for editors and the reader accept the same specs.</summary>
public sealed partial class SweepSchemaTests
{
    private const string Modeline = "# yaml-language-server: $schema=sweep.schema.json";

    private static readonly JsonNode Schema = JsonNode.Parse(SweepSchema.Text)!;
    private static readonly JsonSchema Validator = JsonSchema.FromText(SweepSchema.Text);

    public static TheoryData<string> SweepFiles { get; } =
        [.. Directory.EnumerateFiles(Repository.PathOf("sweeps"), "*.yaml").Select(f => Path.GetFileName(f)!)
            .Order(StringComparer.Ordinal)];

    /// <summary>
    /// Specs that the reader also rejects, each with the place and the keyword at which the schema rejects it.
    /// </summary>
    public static TheoryData<string, string> Mistakes { get; } = new()
    {
        // Keys.
        { "nam: x", ": required" },
        { "name: x\naxis: [{crop: [0]}]", "/axis: additionalProperties" },
        { "name: x\ntrial: {gama: 0.1}", "/trial/gama: additionalProperties" },
        { "name: x\ntrial: {seed: 3}", "/trial/seed: additionalProperties" },
        { "name: x\naxes: [{spasity: [50]}]", "/axes/0/spasity: additionalProperties" },
        { "name: x\naxes: [{points: [{spasity: 50}]}]", "/axes/0/points/0/spasity: additionalProperties" },
        { "name: x\naxes: [{crop: [0], when: {domian: learned}}]", "/axes/0/when/domian: additionalProperties" },
        { "name: x\nexclude: [{sparcity: 95}]", "/exclude/0/sparcity: additionalProperties" },
        { "name: x\ntable: {colums: [top1]}", "/table/colums: additionalProperties" },
        { "name: x\ntable: {figure: {layer: [1]}}", "/table/figure/layer: additionalProperties" },
        { "name: x\ntable: {rows: [{lable: a}]}", "/table/rows/0/lable: additionalProperties" },
        { "name: x\ntable: {rows: [{where: {seed: 1}}]}", "/table/rows/0/where/seed: additionalProperties" },
        { "name: x\ntable: {rows: [{quote: a, network: {epochs: 1}}]}",
            "/table/rows/0/network/epochs: additionalProperties" },
        { "name: x\nrun: {max-atempts: 2}", "/run/max-atempts: additionalProperties" },

        // Ranges.
        { "name: Table 1", "/name: pattern" },
        { "name: x\ntrial: {gamma: 1.5}", "/trial/gamma: maximum" },
        { "name: x\ntrial: {width: 0}", "/trial/width: minimum" },
        { "name: x\ntrial: {sparsity: 100}", "/trial/sparsity: maximum" },
        { "name: x\ntrial: {train-images: 0}", "/trial/train-images: minimum" },
        { "name: x\ntrial: {dataset: image-folder, folder: ../images}", "/trial/folder: pattern" },
        { "name: x\naxes: [{sparsity: [50, 100]}]", "/axes/0/sparsity/1: maximum" },
        { "name: x\nseeds: 0", "/seeds: minimum" },
        { "name: x\nseeds: [-1]", "/seeds/0: minimum" },
        { "name: x\nseeds: [1, 1]", "/seeds: uniqueItems" },
        { "name: x\ntable: {columns: [k0, k0]}", "/table/columns: uniqueItems" },
        { "name: x\ntable: {figure: {layers: [0]}}", "/table/figure/layers/0: minimum" },
        { "name: x\ntable: {figure: {layers: [1, 1]}}", "/table/figure/layers: uniqueItems" },
        { "name: x\nrun: {max-attempts: 0}", "/run/max-attempts: minimum" },
        { "name: x\nrun: {priority: 1001}", "/run/priority: maximum" },

        // Types and words.
        { "- name: x", ": type" },
        { "name: x\ntrial: synthetic", "/trial: type" },
        { "name: x\ntrial: {}", "/trial: minProperties" },
        { "name: x\ntrial: {width: wide}", "/trial/width: type" },
        { "name: x\ntrial: {epochs: 2.5}", "/trial/epochs: type" },
        { "name: x\ntrial: {flip: yes}", "/trial/flip: type" },
        { "name: x\ntrial: {gamma: [0.1, 0.2]}", "/trial/gamma: type" },
        { "name: x\ntrial: {domain: closed_form}", "/trial/domain: enum" },
        { "name: x\ntrial: {sparsity: null}", "/trial/sparsity: type" },
        { "name: x\naxes: {crop: [0]}", "/axes: type" },
        { "name: x\naxes: []", "/axes: minItems" },
        { "name: x\naxes: [{crop: 0}]", "/axes/0/crop: type" },
        { "name: x\naxes: [{crop: []}]", "/axes/0/crop: minItems" },
        { "name: x\naxes: [{points: [{crop: 0}], flip: [true]}]", "/axes/0/flip: enum" },
        { "name: x\naxes: [{crop: [0]}, {when: {crop: 0}}]", "/axes/1: minProperties" },
        { "name: x\nexclude: [{crop: []}]", "/exclude/0/crop: minItems" },
        { "name: x\nseeds: one", "/seeds: type" },
        { "name: x\ntable: {accuracy: final}", "/table/accuracy: enum" },
        { "name: x\ntable: {columns: [bop-pr]}", "/table/columns/0: enum" },
        { "name: x\ntable: {published: table1.json}", "/table/published: pattern" },
        { "name: x\ntable: {figure: {layers: 5}}", "/table/figure/layers: type" },
        { "name: x\ntable: {rows: [{label: a, quote: [stq]}]}", "/table/rows/0/quote: type" },
        { "name: x\ntable: {rows: [{label: a, baseline: maybe}]}", "/table/rows/0/baseline: type" },
        { "name: x\ntable: {rows: [{quote: a, network: {model: xnor}}]}", "/table/rows/0/network/model: enum" },
        { "name: x\ntable: {rows: [{where: {sparsity: [50, 95]}}]}", "/table/rows/0/where/sparsity: type" },
        { "name: x\ntable: {claims: [{row: a}]}", "/table/claims/0: required" },
        { "name: x\ntable: {claims: [{row: a, above: b, at-least: 1}]}", "/table/claims/0: required" },
        { "name: x\ntable: {claims: [{row: a, above: b, by: -1}]}", "/table/claims/0/by: minimum" },
        { "name: x\ntable: {claims: [{rising: [a]}]}", "/table/claims/0/rising: minItems" },
        { "name: x\ntable: {claims: [{row: a, metric: delta, at-least: 1}]}", "/table/claims/0/metric: enum" },
        { "name: x\nrun: {backoff: 2}", "/run/backoff: type" },
        { "name: x\nrun: {backoff: soon}", "/run/backoff: pattern" },
    };

    /// <summary>
    /// Specs with an unknown key, one for each place that has keys, and the schema of that place.
    /// </summary>
    public static TheoryData<string, string> Places { get; } = new()
    {
        { "zzzzzzzz: 1", "" },
        { "trial: {zzzzzzzz: 1}", "definitions/hyperparameters" },
        { "axes: [{zzzzzzzz: 1}]", "definitions/axis" },
        { "axes: [{points: [{zzzzzzzz: 1}]}]", "definitions/hyperparameters" },
        { "axes: [{crop: [0], when: {zzzzzzzz: 1}}]", "definitions/condition" },
        { "exclude: [{zzzzzzzz: 1}]", "definitions/condition" },
        { "table: {zzzzzzzz: 1}", "properties/table" },
        { "table: {figure: {zzzzzzzz: 1}}", "properties/table/properties/figure" },
        { "table: {rows: [{zzzzzzzz: 1}]}", "properties/table/properties/rows/items" },
        { "table: {rows: [{where: {zzzzzzzz: 1}}]}", "definitions/hyperparameters" },
        { "table: {rows: [{quote: a, network: {zzzzzzzz: 1}}]}",
            "properties/table/properties/rows/items/properties/network" },
        { "table: {claims: [{zzzzzzzz: 1}]}", "properties/table/properties/claims/items" },
        { "run: {zzzzzzzz: 1}", "properties/run" },
    };

    [Fact]
    public void Text_EqualsTheSchemaFile_InSweeps()
    {
        var kept = File.ReadAllBytes(Repository.PathOf("sweeps", "sweep.schema.json"));

        Assert.True(
            Encoding.UTF8.GetBytes(SweepSchema.Text).AsSpan().SequenceEqual(kept),
            "sweeps/sweep.schema.json: the file differs from the code; write it again: dotnet run --project src/Cli -- "
                + "schema > sweeps/sweep.schema.json");
    }

    [Theory]
    [MemberData(nameof(SweepFiles))]
    public void Schema_AcceptsEverySweep_AndEachNamesTheSchemaInItsFirstLine(string file)
    {
        var text = File.ReadAllText(Repository.PathOf("sweeps", file));

        Assert.Equal(Modeline, text.Split('\n')[0]);
        Assert.Empty(SchemaCheck.Faults(Validator, text));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Schema_RejectsMistakes_ThatTheReaderRejects(string yaml, string fault)
    {
        Assert.Throws<BadInputException>(() => SpecReader.Parse(yaml, "x.yaml", Repository.PathOf("sweeps")));
        Assert.Contains(fault, SchemaCheck.Faults(Validator, yaml));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Schema_AllowsTheReadersKeys_AtEveryPlace(string yaml, string place)
    {
        var error = Assert.Throws<BadInputException>(() => SpecReader.Parse($"name: x\n{yaml}", "x.yaml", ""));
        var allowed = Allowed().Match(error.Message).Groups[1].Value.Split(", ");
        var schema = place.Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Aggregate(Schema, (node, part) => node[part]!);

        Assert.Equal(allowed, schema["properties"]!.AsObject().Select(p => p.Key));
        Assert.False(schema["additionalProperties"]!.GetValue<bool>());
    }

    [Theory]
    [MemberData(nameof(HyperparameterTests.Texts), MemberType = typeof(HyperparameterTests))]
    public void Schema_AcceptsEveryValue_ThatAHyperparameterReads(string parameter, string text, string form)
    {
        foreach (var value in new[] { text, form })
        {
            Assert.Empty(SchemaCheck.Faults(Validator,
                $"name: x\ntrial: {{{parameter}: {value}}}\naxes: [{{{parameter}: [{value}], when: {{{parameter}: "
                    + $"{value}}}}}]\nexclude: [{{{parameter}: [{value}]}}]"));
        }
    }

    [Theory]
    [InlineData("10ms")]
    [InlineData("2s")]
    [InlineData("1.5m")]
    [InlineData(".1h")]
    [InlineData("0s")]
    public void Schema_AcceptsEveryDuration_ThatTheReaderReads(string duration)
    {
        var yaml = $"name: x\nrun: {{backoff: {duration}, checkpoint-every: {duration}}}";

        Assert.Equal(SpecReader.Parse(yaml, "x.yaml", "").Run.Backoff,
            SpecReader.Parse(yaml, "x.yaml", "").Run.CheckpointEvery);
        Assert.Empty(SchemaCheck.Faults(Validator, yaml));
    }

    [Fact]
    public void Schema_HasTheDefaults_OfTheReader()
    {
        var run = Schema["properties"]!["run"]!["properties"]!.AsObject().Where(p => p.Value!["default"] is not null);
        var trial = Schema["definitions"]!["hyperparameters"]!["properties"]!.AsObject()
            .Where(p => p.Value!["default"] is not null);
        var yaml = $"name: x\nseeds: {Schema["properties"]!["seeds"]!["default"]}\n"
            + $"trial:\n{string.Concat(trial.Select(p => $"  {p.Key}: {p.Value!["default"]}\n"))}"
            + $"run:\n{string.Concat(run.Select(p => $"  {p.Key}: {p.Value!["default"]}\n"))}";

        var (written, bare) = (SpecReader.Parse(yaml, "x.yaml", ""), SpecReader.Parse("name: x", "x.yaml", ""));

        Assert.Equal((bare.Trial, bare.Run, bare.Seeds.Single()), (written.Trial, written.Run, written.Seeds.Single()));
        Assert.Empty(SchemaCheck.Faults(Validator, yaml));
    }

    [GeneratedRegex(@"x\.yaml:[0-9]+: \S*zzzzzzzz: unknown key \(allowed: (.*)\)$", RegexOptions.Multiline)]
    private static partial Regex Allowed();
}
