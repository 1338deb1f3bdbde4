using System.Text.Json;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>Tests that the reports below <c>docs/results</c> belong to the specs in <c>sweeps</c>.</summary>
public sealed class KeptResultsTests
{
    /// <summary>
    /// A changed spec, or a raised recipe version, gives trials other keys. The report then no longer shows what the
    /// code computes, and must be made again.
    /// </summary>
    [Fact]
    public void Report_HasTheTrialsOfItsSpec()
    {
        var folders = Directory.GetDirectories(Repository.PathOf("docs", "results"));
        Assert.NotEmpty(folders);
        foreach (var folder in folders)
        {
            var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "manifest.json"))).RootElement;
            var digest = Assert.Single(manifest.GetProperty("cells").EnumerateArray()
                .SelectMany(static cell => cell.GetProperty("dataDigests").EnumerateArray())
                .Select(static one => one.GetString()!).Distinct());
            var spec = SpecReader.Read(Repository.PathOf("sweeps", $"{Path.GetFileName(folder)}.yaml"));

            Assert.Equal(
                spec.Expand(_ => digest).Trials.Select(static trial => trial.Key.Hex).Order(StringComparer.Ordinal),
                manifest.GetProperty("trials").EnumerateArray()
                    .Select(static trial => trial.GetProperty("trial").GetString()!).Order(StringComparer.Ordinal));
            Assert.All(manifest.GetProperty("trials").EnumerateArray(),
                static trial => Assert.Equal("finished", trial.GetProperty("state").GetString()));
        }
    }
}
