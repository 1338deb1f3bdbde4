using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Trainer.Running;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>
/// Resumes checkpoints that commit ee4ed76, an earlier version, wrote (<c>tests/EndToEnd/homes/README.md</c>). The
/// device class in the checkpoints is replaced by this machine's, so epochs after the resume need not match the stored
/// results.
/// </summary>
public sealed class KeptCheckpointTests(PreparedSynthetic data) : IDisposable
{
    private const string Trial = "00d4d5bd6fae26a1271f4bf136614bc334d4766bf3ef6338a389d9fe77e1d240";

    private readonly TempFolder _folder = new();

    private string Attempt => _folder.In("home", "trials", Trial, "1");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_ResumesFromACheckpoint_OfAnEarlierVersion()
    {
        var assignment = Restore();

        Assert.Equal(AttemptEnding.Completed, await Trials.TrainAsync(Attempt, assignment));

        var started = Trials.Events(Attempt).OfType<TrialStarted>().Last();
        Assert.Equal((3, null), (started.ResumedAtEpoch, started.StartedAfreshBecause));
        var result = Trials.Result(Attempt);
        Assert.Null(result.WhyNotOf(assignment.Trial));

        // The epochs before the checkpoint were trained by ee4ed76.
        var reported = Trials.Events(Attempt).OfType<EpochCompleted>().Take(3)
            .Select(static trained => trained.Epoch.TestLoss);
        Assert.Equal(reported, result.Epochs.Take(3).Select(static epoch => epoch.TestLoss));
    }

    [Fact]
    public async Task Save_WritesTheSameHeader_AsAnEarlierVersion()
    {
        var assignment = Restore();
        var kept = HeaderOf("checkpoint-000003-00000041.sbnn");

        Assert.Equal(AttemptEnding.Stopped, await Trials.TrainAsync(Attempt, assignment, stopAfter: 1));

        var written = HeaderOf("checkpoint-000003-00000042.sbnn");
        Assert.Equal(MembersOf(kept), MembersOf(written));
        Assert.Equal(["trial", "dataDigest", "deviceClass", "history", "step", "sums", "adamSteps"],
            kept.Select(static member => member.Key));
        Assert.Equal(["loss", "penalty", "lambda", "images"], kept["sums"]!.AsObject()
            .Select(static member => member.Key));
        foreach (var name in (string[])["trial", "dataDigest", "deviceClass", "history"])
            Assert.Equal(kept[name]!.ToJsonString(), written[name]!.ToJsonString());
        Assert.Equal((long)kept["adamSteps"]! + 1, (long)written["adamSteps"]!);
    }

    // Returns the paths of all members with the kinds of their values, in the file's order.
    private static IEnumerable<string> MembersOf(JsonNode? node, string path = "$") => node switch
    {
        JsonObject members => members.SelectMany(member => MembersOf(member.Value, $"{path}.{member.Key}")),
        JsonArray list => list.SelectMany((item, i) => MembersOf(item, $"{path}[{i}]")),
        _ => [$"{path}: {node?.GetValueKind()}"],
    };

    private TrialAssignment Restore()
    {
        using (var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "homes", "home.tar.gz")))
        using (var archive = new GZipStream(file, CompressionMode.Decompress))
            TarFile.ExtractToDirectory(archive, _folder.Path, overwriteFiles: false);
        File.Delete(Path.Combine(Attempt, "closed"));
        var folder = new AttemptFolder(Attempt);
        var assignment = DurableFile.ReadJson<TrialAssignment>(folder.Assignment) with
        {
            DataRoot = data.DataRoot,
            Preflight = false,
            CheckpointEvery = TimeSpan.Zero,
        };
        Assert.Equal(assignment.Spec.DataDigest, data.Images.Digest);
        var deviceClass = DeviceClass.Use(assignment);
        foreach (var checkpoint in folder.Checkpoints())
        {
            Assert.True(CheckpointFile.TryRead(checkpoint, out var text, out var payload, out var whyNot), whyNot);
            var header = JsonNode.Parse(text)!;
            header["deviceClass"] = deviceClass;
            CheckpointFile.Write(checkpoint, header.ToJsonString(), payload);
        }

        return assignment;
    }

    private JsonObject HeaderOf(string checkpoint)
    {
        Assert.True(CheckpointFile.TryRead(Path.Combine(Attempt, checkpoint), out var header, out _, out var whyNot),
            whyNot);
        return JsonNode.Parse(header)!.AsObject();
    }
}
