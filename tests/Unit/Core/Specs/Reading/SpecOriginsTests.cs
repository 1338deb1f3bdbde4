using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Core.Specs.Reading;

public sealed class SpecOriginsTests
{
    private const string Grid = """
        name: grid
        trial: {width: 8, gamma: 0.05}
        axes:
          - sparsity: [none, 90, 95]
          - {gamma: [0.05, 0.08], when: {sparsity: 95}}
          - points: [{domain: symmetric}, {mixup: 0}]
        table: {accuracy: last}
        """;

    // The default of γ is 0.07, too, but no trial has it from there.
    private const string Listed = """
        name: listed
        trial: {model: reactnet18}
        axes:
          - points: [{method: reactnet}, {sparsity: 98, gamma: 0.06}, {sparsity: 99, gamma: 0.07}]
        """;

    [Theory]
    [InlineData(Grid, "width", "trial.width")]
    [InlineData(Grid, "epochs", "default")]
    [InlineData(Grid, "sparsity", "axes[0].sparsity")]
    [InlineData(Grid, "gamma", "trial.gamma, axes[1].gamma")]
    [InlineData(Grid, "domain", "default, axes[2].domain")]
    [InlineData(Grid, "mixup", "default, axes[2].mixup")]
    [InlineData(Listed, "gamma", "axes[0].gamma")]
    [InlineData(Listed, "method", "default, axes[0].method")]
    [InlineData(Listed, "sparsity", "axes[0].sparsity")]
    public void Origins_AreTheKeysThatSetTheValues(string text, string name, string expected)
    {
        var parameter = Hyperparameters.Get(name);
        List<TrialSpec> trials =
            [.. SpecReader.Parse(text, "x.yaml", ".").Cells().Where(parameter.HasEffect)];

        Assert.Equal(expected, string.Join(", ", SpecOrigins.TryRead(text)!.Of(parameter, trials)));
    }

    [Fact]
    public void Origins_AreEmpty_WhenATrialHasAnotherValueThanTheText()
    {
        var width = Hyperparameters.Get("width");
        var origins = SpecOrigins.TryRead("trial: {width: 8, a-key-of-an-older-sbnn: 1}")!;

        Assert.Equal(["trial.width"], origins.Of(width, [new TrialSpec { Width = 8 }]));
        Assert.Empty(origins.Of(width, [new TrialSpec { Width = 8 }, new TrialSpec { Width = 16 }]));
    }

    [Theory]
    [InlineData("table.accuracy", "table.accuracy")]
    [InlineData("table.title", "default")]
    [InlineData("seeds", "default")]
    [InlineData("name.seeds", "default")]
    public void Origin_IsThePath_WhereTheTextHasIt(string path, string expected) =>
        Assert.Equal(expected, SpecOrigins.TryRead(Grid)!.Of(path));

    [Theory]
    [InlineData("")]
    [InlineData("- a list")]
    [InlineData("trial: {unclosed")]
    public void TryRead_IsNull_WhenTheTextIsNoMap(string text) => Assert.Null(SpecOrigins.TryRead(text));
}
