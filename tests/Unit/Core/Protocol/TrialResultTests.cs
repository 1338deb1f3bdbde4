using System.Text.Json;
using System.Text.Json.Nodes;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Core.Protocol;

public sealed class TrialResultTests
{
    private readonly KeyedTrial _trial = Sample.Trial();

    [Fact]
    public void WhyNotOf_IsNull_ForTheTrialsOwnResultEvenWithoutLayers()
    {
        var result = Sample.Result(_trial, 50, 70, 60);
        Assert.Null(result.WhyNotOf(_trial.Key));
        Assert.Null((result with { Epochs = [.. result.Epochs.Select(static epoch => epoch with { Layers = [] })] })
            .WhyNotOf(_trial.Key));
    }

    [Fact]
    public void WhyNotOf_NamesTheReason_ForAnotherTrialsResult()
    {
        var other = Sample.Result(Sample.Trial(2), 50, 70, 60);
        Assert.Equal($"it belongs to trial {other.Trial}", other.WhyNotOf(_trial.Key));
        Assert.Equal("its settings are those of another trial", (other with { Trial = _trial.Key })
            .WhyNotOf(_trial.Key));
        Assert.Equal("its settings are those of another trial",
            (other with { Trial = _trial.Key, Spec = other.Spec with { DataDigest = null } }).WhyNotOf(_trial.Key));
    }

    /// <summary>The JSON of these results can be read, but their values contradict each other.</summary>
    [Theory]
    [InlineData("epochs/1/epoch", "3", "epoch 2 is missing, and epoch 3 is in its place")]
    [InlineData("epochs/1/correct", "101", "epoch 2: 101 of 100 test images are correct")]
    [InlineData("epochs/0/correct", "-1", "epoch 1: -1 of 100 test images are correct")]
    [InlineData("epochs/0/ones", "7",
        "epoch 1: 7 of 2469135780246 weights are 1, but 1234567890123 of 2469135780246 in its layers")]
    [InlineData("epochs/0/layers/1/order", "1", "epoch 1, layer 2: its order is 1")]
    [InlineData("epochs/0/layers/0/ones", "91", "epoch 1, layer 1: 91 of 90 weights are 1")]
    [InlineData("epochs/0/layers/0/hamming/0", "2",
        "epoch 1, layer 1: 20 of 90 weights are 1, but 20 of 99 according to the Hamming weights")]
    [InlineData("epochs/0/layers/0/hamming/9", "9223372036854775807",
        "epoch 1, layer 1: 20 of 90 weights are 1, but 83010348331692982283 of 83010348331692982353 according to "
            + "the Hamming weights")]
    [InlineData("epochs/0/layers/0/hamming/0", "-1", "epoch 1, layer 1: a count by Hamming weight is negative")]
    [InlineData("bestEpoch", "4", "its best epoch is 4, but it has 3 epochs")]
    [InlineData("bestEpoch", "0", "its best epoch is 0, but it has 3 epochs")]
    [InlineData("bestEpoch", "null", "its constraint is unconstrained, but it has no best epoch")]
    public void WhyNotOf_NamesTheReason_WhenTheResultContradictsItself(string path, string value, string why)
    {
        var json = JsonSerializer.SerializeToNode(Sample.Result(_trial, 50, 70, 60), SbnnJson.Options)!;
        var names = path.Split('/');
        var place = names[..^1]
            .Aggregate(json, static (node, name) => int.TryParse(name, out var index) ? node[index]! : node[name]!);
        if (place is JsonArray list)
            list[int.Parse(names[^1], System.Globalization.CultureInfo.InvariantCulture)] = JsonNode.Parse(value);
        else place[names[^1]] = JsonNode.Parse(value);

        Assert.Equal(why, json.Deserialize<TrialResult>(SbnnJson.Options)!.WhyNotOf(_trial.Key));
    }

    [Fact]
    public void WhyNotOf_NamesTheReason_WhenEpochsAreMissing()
    {
        var result = Sample.Result(_trial, 50, 70, 60);
        Assert.Equal("it has 2 of 3 epochs", (result with { Epochs = [.. result.Epochs.Take(2)] })
            .WhyNotOf(_trial.Key));
        var json = JsonSerializer.SerializeToNode(result, SbnnJson.Options)!;
        json["epochs"]![1] = null;
        Assert.Throws<JsonException>(() => json.Deserialize<TrialResult>(SbnnJson.Options));
        json["epochs"] = null;
        Assert.Throws<JsonException>(() => json.Deserialize<TrialResult>(SbnnJson.Options));
    }
}
