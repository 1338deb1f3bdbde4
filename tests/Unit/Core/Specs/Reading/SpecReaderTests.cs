using System.Text;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Core.Specs.Reading;

public sealed class SpecReaderTests
{
    [Fact]
    public void Parse_ReturnsOneTrialWithThePapersSettings_WhenTheSpecHasOnlyAName()
    {
        var spec = Parse("name: x");

        Assert.Equal(new TrialSpec(), Assert.Single(spec.Cells()));
        Assert.Equal([1], spec.Seeds);
        Assert.Equal(new RunSpec(), spec.Run);
        Assert.Equal("x", spec.Table.Title);
        Assert.Null(spec.Table.Source);
        Assert.Equal(("all trials", 0), (Assert.Single(spec.Table.Rows).Label, spec.Table.Rows[0].Where.Count));
    }

    [Fact]
    public void Parse_ReadsEveryPart_OfASpec()
    {
        var spec = Parse("""
            name: full-1
            description: >
              Over two
              lines.
            trial: {dataset: image-folder, folder: cifar, train-images: 500, test-images: all, model: resnet18,
                    width: 8, domain: learned, sparsity: '90', gamma: 0.5, epochs: 3, batch-size: 32,
                    learning-rate: 1e-2, mixup: 0, crop: 2, flip: false}
            seeds: [5, 0, 7]
            table:
              title: A table
              accuracy: last
              published: published/table2.yaml
              columns: [gamma, ones, entropy, bparams-pr]
              rows:
                - label: ours
                  where: {sparsity: 90.0}
                  baseline: true
                  published: sbnn-90
            run: {max-attempts: 5, priority: -2, backoff: 500ms, checkpoint-every: 1.5h}
            """);

        Assert.Equal("full-1", spec.Name);
        Assert.Equal("Over two lines.", spec.Description);
        Assert.Equal(
            new TrialSpec
            {
                Dataset = DatasetKind.ImageFolder,
                Folder = "cifar",
                TrainImages = 500,
                TestImages = null,
                Model = ModelKind.ResNet18,
                Width = 8,
                Domain = DomainKind.Learned,
                Sparsity = 90,
                Gamma = 0.5,
                Epochs = 3,
                BatchSize = 32,
                LearningRate = 0.01,
                Mixup = 0,
                Crop = 2,
                Flip = false,
            },
            spec.Trial);
        Assert.Equal([5, 0, 7], spec.Seeds);
        Assert.Equal(new RunSpec
        {
            MaxAttempts = 5,
            Priority = -2,
            Backoff = TimeSpan.FromSeconds(0.5),
            CheckpointEvery = TimeSpan.FromSeconds(5400),
            HangAfter = TimeSpan.FromSeconds(10800)
        }, spec.Run);
        Assert.Equal(AccuracyChoice.Last, spec.Table.Accuracy);
        Assert.Equal([TableColumn.Gamma, TableColumn.Ones, TableColumn.Entropy, TableColumn.BParamsPr],
            spec.Table.Columns);
        var row = Assert.Single(spec.Table.Rows);
        Assert.Equal(("ours", true, "90", 91.16m),
            (row.Label, row.Baseline, row.Where["sparsity"], row.Published!.Top1));
        Assert.EndsWith("Table 2", spec.Table.Source!.Citation, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_AddsARowForEachDistinctCell_WhenTheSpecHasNoRows()
    {
        var spec = Parse("""
            name: x
            axes:
              - domain: [symmetric, learned]
              - points: [{sparsity: none, gamma: 0.1}, {sparsity: none, gamma: 0.2}, {sparsity: 95, gamma: 0.2}]
              - width: [8]
            """);

        Assert.Equal(
            ["domain symmetric, sparsity none", "domain symmetric, sparsity 95, gamma 0.2",
                "domain learned, sparsity none", "domain learned, sparsity 95, gamma 0.2"],
            spec.Table.Rows.Select(r => r.Label));
        Assert.Equal(8, spec.Table.Columns.Count);
    }

    [Fact]
    public void Parse_OmitsHyperparametersWithoutEffect_FromARow()
    {
        var spec = Parse("""
            name: x
            trial: {gamma: 0.3}
            axes: [{sparsity: [none, 95]}]
            table:
              rows:
                - {label: a, where: {sparsity: none, gamma: 0.3}}
                - {label: b, where: {sparsity: 95, gamma: 0.3}}
            """);

        Assert.Equal(["sparsity"], spec.Table.Rows[0].Where.Keys);
        Assert.Equal(["sparsity", "gamma"], spec.Table.Rows[1].Where.Keys);
    }

    [Fact]
    public void Parse_CompletesTheNetworkOfAQuotedRow_FromTheTrial()
    {
        var rows = Parse("""
            name: x
            trial: {model: reactnet-a, width: 32, image-size: 192, sparsity: 75}
            table:
              published: published/table4.yaml
              rows:
                - {quote: xnor-net, network: {model: xnor-resnet18, method: xnor-net}}
                - {quote: reactnet-a, network: {method: reactnet, width: 64}}
                - quote: resnet-18
            """).Table.Rows;

        var network = new TrialSpec
        {
            Model = ModelKind.XnorResNet18,
            Method = MethodKind.XnorNet,
            Width = 32,
            ImageSize = 192,
        };
        Assert.Equal(
            [network, network with { Model = ModelKind.ReActNetA, Method = MethodKind.ReActNet, Width = 64 }, null],
            rows.Select(static row => row.Network));
        Assert.DoesNotContain("\"network\"", JsonSerializer.Serialize(rows[2], SbnnJson.Options),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_LabelsARowByItsCondition_WhenItHasNoLabel()
    {
        var spec = Parse(
            "name: x\naxes: [{sparsity: [none, 95]}]\ntable: {rows: [{where: {sparsity: 95, domain: learned}}]}");

        Assert.Equal("sparsity 95, domain learned", spec.Table.Rows[0].Label);
    }

    [Fact]
    public void Read_IgnoresByteOrderMarkAndWindowsLineEnds()
    {
        var folder = Directory.CreateTempSubdirectory("sbnn-specs-");
        try
        {
            var file = Path.Combine(folder.FullName, "x.yaml");
            File.WriteAllText(file, "name: x\r\ntrial:\r\n  width: 8\r\nseeds: 3\r\n",
                new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

            var spec = SpecReader.Read(file);

            Assert.Equal(("x", 8, 3), (spec.Name, spec.Trial.Width, spec.Seeds.Count));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>
    /// For any text, such as a damaged or incompletely edited file, the outcome must be a spec or a message for the
    /// user.
    /// </summary>
    [Fact]
    public void Parse_ReturnsASpecOrThrowsBadInput_ForDamagedText()
    {
        const string Marks = "[]{}:,-#&*!|>'\"%@`\t\n 1a";
        var whole = File.ReadAllText(Repository.PathOf("sweeps", "quickstart.yaml"));
        var random = new Random(20230918);
        var refused = 0;
        for (var i = 0; i < 1500; i++)
        {
            var text = new StringBuilder(whole);
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                var at = random.Next(text.Length);
                if (random.Next(2) == 0) text.Remove(at, Math.Min(random.Next(1, 30), text.Length - at));
                else text.Insert(at, Marks[random.Next(Marks.Length)]);
            }

            try
            {
                SpecReader.Parse(text.ToString(), "x.yaml", Repository.PathOf("sweeps"));
            }
            catch (BadInputException error)
            {
                refused++;
                Assert.All(error.Message.Split('\n'),
                    line => Assert.Matches("^(x|.*published/.*)\\.yaml:([0-9]+:)? ", line));
            }
        }

        Assert.InRange(refused, 500, 1499);
    }

    private static SweepSpec Parse(string yaml) => SpecReader.Parse(yaml, "x.yaml", Repository.PathOf("sweeps"));

    [Theory]
    [InlineData("device: gpu, memory: 6GiB, exclusive: true", DeviceKind.Gpu, 6144, true)]
    [InlineData("device: cpu, memory: 800MiB", DeviceKind.Cpu, 800, false)]
    [InlineData("device: any, exclusive: false", DeviceKind.Any, null, false)]
    public void Parse_ReadsTheDeviceRequirements_OfTrials(
        string run, DeviceKind device, int? memory, bool exclusive) => Assert.Equal(
        new RunSpec { Device = device, MemoryMiB = memory, Exclusive = exclusive },
        SpecReader.Parse($"name: x\nrun: {{{run}}}", "x.yaml", "").Run);

    [Theory]
    [InlineData("keep: weights", KeepKind.Weights)]
    [InlineData("keep: nothing", KeepKind.Nothing)]
    [InlineData("priority: 1", KeepKind.Nothing)]
    public void Parse_ReadsWhichFilesOfTrialsAreKept(string run, KeepKind kept) =>
        Assert.Equal(kept, SpecReader.Parse($"name: x\nrun: {{{run}}}", "x.yaml", "").Run.Keep);
}
