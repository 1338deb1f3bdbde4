using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Tests.Unit.Core.Protocol;

/// <summary>
/// Tests that files of commit ee4ed76, an earlier version, can be read and written again without changes
/// (<c>frozen/make-samples.sh</c> created them). Never change a sample. A renamed property must keep its JSON name by
/// attribute, and a new property must have a default that is not written.
/// </summary>
public sealed class FrozenFilesTests : IDisposable
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Core", "Protocol", "frozen");

    private readonly DirectoryInfo _written = Directory.CreateTempSubdirectory("sbnn-frozen-");

    public void Dispose() => _written.Delete(recursive: true);

    /// <summary>
    /// The file <c>result-rich.json</c> is the result of a trial of ReActNet, whose recipe has version 2 now. So the
    /// result can be read, but it is not valid for the trial with the same settings.
    /// </summary>
    [Theory]
    [InlineData("result-plain.json", null)]
    [InlineData("result-rich.json", "its settings are those of another trial")]
    public void Result_RoundTripsToTheSameBytes_FromAnEarlierVersion(string name, string? whyNot)
    {
        AssertSameBytes<TrialResult>(name);
        var result = DurableFile.ReadJson<TrialResult>(Path.Combine(Folder, name));
        Assert.Equal(whyNot, result.WhyNotOf(result.Trial));
    }

    [Theory]
    [InlineData("trial-plain.json")]
    [InlineData("trial-rich.json")]
    public void Trial_RoundTripsToTheSameBytes_FromAnEarlierVersion(string name) =>
        AssertSameBytes<TrialAssignment>(name);

    [Fact]
    public void Events_RoundTripToTheSameLines_FromAnEarlierVersion()
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, "events.ndjson"));

        Assert.Equal(lines, lines.Select(static line =>
            JsonSerializer.Serialize(JsonSerializer.Deserialize<TrainerEvent>(line, SbnnJson.Options),
                SbnnJson.Options)));
    }

    /// <summary>
    /// The samples must contain every kind of event with every member, because the test above checks only those that
    /// they contain.
    /// </summary>
    [Fact]
    public void SampleEvents_ContainEveryKind_WithEveryMember()
    {
        var members = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(Path.Combine(Folder, "events.ndjson")))
        {
            using var json = JsonDocument.Parse(line);
            var kind = json.RootElement.GetProperty("$type").GetString()!;
            if (!members.TryGetValue(kind, out var known))
                members.Add(kind, known = new SortedSet<string>(StringComparer.Ordinal));
            known.UnionWith(json.RootElement.EnumerateObject().Select(static member => member.Name));
            if (kind == "epoch")
                known.UnionWith(json.RootElement.GetProperty("epoch").EnumerateObject()
                    .Select(static member => "epoch." + member.Name));
        }

        const string Epoch =
            "epoch.bParamsPr epoch.bopsPr epoch.correct epoch.entropy epoch.epoch epoch.k0 epoch.k1 epoch.lambda "
            + "epoch.layers epoch.learningRate epoch.ones epoch.penalty epoch.testLoss epoch.total epoch.trainLoss "
            + "epoch.validation "
            + "epoch.weights";
        Assert.Equal(
            [
                "checkpoint: $type at epoch sequence step",
                $"epoch: $type at epoch {Epoch} imagesPerSecond seconds sequence",
                "failed: $type at ending reason sequence",
                "finished: $type at sequence",
                "preparing: $type at doing sequence",
                "resume-checked: $type at detail deviceClass isExact preflight sequence spec",
                "started: $type at classes deviceClass resumedAtEpoch sequence startedAfreshBecause stepsPerEpoch",
            ],
            members.Select(static kind => $"{kind.Key}: {string.Join(' ', kind.Value)}"));
    }

    private void AssertSameBytes<T>(string name)
    {
        var written = Path.Combine(_written.FullName, name);
        DurableFile.WriteJson(written, DurableFile.ReadJson<T>(Path.Combine(Folder, name)));
        Assert.Equal(File.ReadAllText(Path.Combine(Folder, name)), File.ReadAllText(written));
    }
}
