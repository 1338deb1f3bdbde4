using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Tables;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Ledger;

using static Sbnn.Sweeps.Tests.Unit.Reports.SampleSweep;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Rows;

/// <summary>What <c>hyperparameters.csv</c> says of each hyperparameter.</summary>
public sealed class HyperparameterUseTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Csv_HasValuesSourceAndRule_OfASpec()
    {
        const string Domains = "\"varies: symmetric, closed-form, learned\",\"symmetric, closed-form, learned\"";
        var path = Repository.PathOf("sweeps", "cifar10-small.yaml");

        Assert.Equal(
            $$"""
            hyperparameter,symbol,final,tried,source,rule
            dataset,,image-folder,image-folder,trial.dataset,fixed
            folder,,cifar10-jpeg,cifar10-jpeg,trial.folder,fixed
            train-images,,5000,5000,trial.train-images,fixed
            test-images,,all,all,default,fixed
            model,,resnet18,resnet18,default,fixed
            width,,16,16,trial.width,fixed
            domain,Ω,{{Domains}},axes[0].domain,every value reported
            sparsity,1 − EC,"varies: none, 95","none, 95",axes[0].sparsity,every value reported
            gamma,γ,"varies: 0.205, 0.23, 0.18","0.205, 0.23, 0.18",axes[0].gamma,every value reported
            epochs,,24,24,trial.epochs,fixed
            batch-size,,64,64,trial.batch-size,fixed
            learning-rate,,0.002,0.002,trial.learning-rate,fixed
            mixup,α,0,0,trial.mixup,fixed
            crop,,4,4,default,fixed
            flip,,true,true,default,fixed
            rotation,,0,0,default,fixed
            validation-images,,none,none,default,fixed
            select-on,,test,test,default,fixed
            method,,sbnn,sbnn,default,fixed
            recipe,,authors,authors,default,fixed
            penalty,,global,global,default,fixed
            precision,,float32,float32,default,fixed
            tf32,,false,false,default,fixed
            seed,,"varies: 1, 2","1, 2",seeds,seeds averaged
            reported epoch,,,1 to 24,table.accuracy,"the last epoch, if it is at the target (U/N ≤ 1.05·EC)"

            """.ReplaceLineEndings("\n"),
            HyperparametersTable.Csv(Uses(SpecReader.Read(path), File.ReadAllText(path))));
    }

    [Fact]
    public void Rule_NamesValuesAndCombinations_ThatNoRowReports()
    {
        const string Text = """
            name: chosen
            trial: {width: 8, gamma: 0.07}
            axes:
              - sparsity: [90, 95]
              - gamma: [0.05, 0.07]
              - epochs: [3, 6, 9]
              - {mixup: [0], when: {sparsity: 90}}
            seeds: [1, 2, 3]
            table:
              rows:
                - {label: one, where: {sparsity: 90, gamma: 0.05, epochs: 6}}
                - {label: two, where: {sparsity: 95, gamma: 0.07, epochs: 6}}
            """;

        var uses = Uses(SpecReader.Parse(Text, "x.yaml", "."), Text);

        Assert.Equal(("every value in a row, but not every combination", "axes[1].gamma"), RuleAndSources("gamma"));
        Assert.Equal(("in no row: 3, 9", "axes[2].epochs"), RuleAndSources("epochs"));
        Assert.Equal(["6"], Use("epochs").Final);
        Assert.Equal(["3", "6", "9"], Use("epochs").Tried);
        Assert.Equal(("every value in a row, but not every combination", "default, axes[3].mixup"),
            RuleAndSources("mixup"));
        Assert.Equal(("seeds averaged", "seeds"), RuleAndSources("seed"));
        Assert.Equal(
            ("the epoch at the target (U/N ≤ 1.05·EC) of the best test accuracy (selection on the test set)",
                "default"),
            RuleAndSources("reported epoch"));

        HyperparameterUse Use(string name) => uses.Single(use => use.Name == name);

        (string, string) RuleAndSources(string name) => (Use(name).Rule, string.Join(", ", Use(name).Sources));
    }

    [Fact]
    public async Task Epochs_AreThoseOfTheTable_WithTheirRule()
    {
        await using var ledger = await _folder.OpenAsync();
        var chosen = Learned(95) with
        {
            ValidationImages = 100,
            SelectOn = SelectionSplit.Validation,
            Width = 9,
        };
        var outcome = await new SampleSweep { Accuracy = AccuracyChoice.BestOfAll }
            .Row("on test", Learned(95), seeds: [Ends(9000)]).Row("on validation", chosen, seeds: [Ends(9000)])
            .RecordAsync(ledger, "Epochs", source: null, TableColumn.Top1);

        var uses = HyperparameterUse.Of(outcome, SweepTable.Of(outcome).Metrics);

        Assert.Equal(["1"], uses[^1].Final);
        Assert.Equal(["1 to 3"], uses[^1].Tried);
        Assert.Equal(
            "the epoch of the best test accuracy (selection on the test set) or of the best validation accuracy",
            uses[^1].Rule);
        Assert.Equal("fixed", uses[^2].Rule);
        // The sample has no text, so nothing says where its settings come from.
        Assert.All(uses, static use => Assert.Empty(use.Sources));
    }

    [Fact]
    public void Hyperparameters_WithoutEffect_AreAbsent()
    {
        const string Text = "name: plain\ntrial: {method: full-precision}";

        var names = Uses(SpecReader.Parse(Text, "x.yaml", "."), Text).Select(static use => use.Name).ToList();

        Assert.Contains("learning-rate", names);
        Assert.All((string[])["folder", "domain", "sparsity", "gamma", "penalty", "recipe"],
            name => Assert.DoesNotContain(name, names));
    }

    [Fact]
    public async Task Page_HasTheSection_WithLongListsCut()
    {
        var rates = string.Join(", ", Enumerable.Range(1, 20).Select(static rate => $"0.0{rate:00}"));
        var text = $"name: many\ntrial: {{width: 8}}\naxes:\n  - learning-rate: [{rates}]\n";
        var outcome = SpecOutcome.Of(SpecReader.Parse(text, "x.yaml", "."), text);

        await ReportWriter.WriteAsync(outcome, SweepTable.Of(outcome), _folder.In("out"));

        var page = await File.ReadAllTextAsync(
            _folder.In("out/index.html"), TestContext.Current.CancellationToken);
        Assert.Contains("<h2>Hyperparameters</h2>", page, StringComparison.Ordinal);
        Assert.Contains("<td data-head=\"values tried\">0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.007, 0.008, 0.009, "
            + "0.01, 0.011, 0.012 and 8 more</td>", page, StringComparison.Ordinal);
        Assert.Contains("hyperparameters.csv has the values in full.", page, StringComparison.Ordinal);
        Assert.Contains("0.019, 0.02\"", await File.ReadAllTextAsync(
            _folder.In("out/hyperparameters.csv"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static IReadOnlyList<HyperparameterUse> Uses(SweepSpec spec, string text)
    {
        var outcome = SpecOutcome.Of(spec, text);
        return HyperparameterUse.Of(outcome, SweepTable.Of(outcome).Metrics);
    }
}
