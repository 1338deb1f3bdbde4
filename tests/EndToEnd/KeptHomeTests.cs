using System.Runtime.Versioning;
using System.Text.Json;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>
/// Tests that a home which commit ee4ed76, an earlier version, left in the middle of a sweep ends with the results of
/// that version.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class KeptHomeTests(KeptHome home) : IClassFixture<KeptHome>
{
    private const string OtherDeviceClass = "it was trained on '";

    /// <summary>Every report file except the manifest, because it differs between runs.</summary>
    public static TheoryData<string> Reports { get; } =
        ["table.md", "table.csv", "layers.csv", "figure.svg", "figure.csv"];

    // True when this machine has the device class on which the home was made. Otherwise the home's checkpoints cannot
    // be used, and the results differ.
    private bool IsSameDeviceClass => DeviceClassOf(Attempts(4)[0]) == DeviceClassOf(Attempts(4)[1]);

    [Fact]
    public void Run_AdoptsTheRunningTrainer_OfAKilledHead()
    {
        var attempt = Assert.Single(Attempts(6));
        Assert.Equal("completed", attempt.GetProperty("ending").GetString());
        Assert.Equal("1",
            Assert.Single(Directory.GetDirectories(Path.GetDirectoryName(home.AttemptOf(6))!)
                .Select(Path.GetFileName)));

        // The same process wrote all later events.
        using var mark = JsonDocument.Parse(File.ReadAllText(Path.Combine(home.AttemptOf(6), "process.json")));
        Assert.Equal(home.TrainerPid, mark.RootElement.GetProperty("pid").GetInt32());
        Assert.Equal(["pid", "startTicks", "bootId", "folder"], mark.RootElement.EnumerateObject()
            .Select(static member => member.Name));
        Assert.DoesNotContain(
            KeptHome.LinesOf(home.AttemptOf(6)).Skip(home.EventsBefore),
            static line => line.StartsWith("{\"$type\":\"started\"", StringComparison.Ordinal));
    }

    /// <summary>
    /// The names must not change, because trainers and nodes of different versions share these files.
    /// </summary>
    [Fact]
    public void Attempts_HaveTheFileNames_OfTheEarlierVersion() => Assert.Equal(
        ["closed", "events.ndjson", "lease", "lock", "process.json", "result.json", "stderr.log", "stdout.log",
            "trial.json"],
        Directory.EnumerateFiles(home.Workplace.Trials, "*", SearchOption.AllDirectories)
            .Select(Path.GetFileName).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(4, "killed", 3)]
    [InlineData(5, "stopped", 2)]
    public void Run_ResumesAnInterruptedTrial_FromItsCheckpoint(int trial, string ending, int epoch)
    {
        var attempts = Attempts(trial);
        Assert.Equal(2, attempts.Count);
        Assert.Equal("completed", attempts[1].GetProperty("ending").GetString());
        Assert.Equal(ending, attempts[0].GetProperty("ending").GetString());
        if (IsSameDeviceClass)
        {
            Assert.Equal(epoch, attempts[1].GetProperty("resumedAtEpoch").GetInt32());
            Assert.False(attempts[1].TryGetProperty("startedAfresh", out _));
        }
        else
        {
            Assert.Contains(OtherDeviceClass, attempts[1].GetProperty("startedAfresh").GetString(),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Run_KeepsTheAttempts_OfFinishedTrials()
    {
        Assert.Equal(["killed", "completed"], Endings(1));
        Assert.Equal(["completed"], Endings(2));
        Assert.Equal(["completed"], Endings(3));
    }

    [Fact]
    public void Run_AssignsTheSameTrialKeys_ForTheSameSpec() =>
        Assert.Equal(KeptHome.Keys, Enumerable.Range(1, 6)
            .Select(trial => home.Trial(trial).GetProperty("trial").GetString()));

    [Fact]
    public void Run_KeepsTheNameOfTheNode() => Assert.All(
        Enumerable.Range(1, 6).SelectMany(Attempts),
        static attempt => Assert.Equal("kept-node", attempt.GetProperty("node").GetString()));

    [Theory]
    [MemberData(nameof(Reports))]
    public void Run_WritesTheSameBytesAsTheEarlierVersion_ForFinishedTrials(string file) =>
        AssertSame(home.AsKept("finished", file));

    [Theory]
    [MemberData(nameof(Reports))]
    public void Run_WritesTheSameBytesAsAnUndisturbedRun_ForUnfinishedTrials(string file) =>
        AssertSame(home.AsUndisturbed("open", file));

    [Theory]
    [MemberData(nameof(Reports))]
    public void Run_WritesTheSameBytesAsTheEarlierVersionForAllTrials_OnTheSameDeviceClass(string file)
    {
        Assert.SkipUnless(IsSameDeviceClass, "the home was made on another device class");
        AssertSame(home.AsKept("kept", file));
        AssertSame(home.AsKept("open", file));
    }

    [Fact]
    public async Task Status_ShowsTheSameRevisions_AfterTheSameSpecs()
    {
        var sweeps = (await home.Workplace.JsonAsync("status")).GetProperty("sweeps").EnumerateArray()
            .ToDictionary(static sweep => sweep.GetProperty("name").GetString()!);

        Assert.Equal(["finished", "kept", "open", "paused"], sweeps.Keys.Order(StringComparer.Ordinal));
        Assert.All(sweeps.Values, static sweep => Assert.Equal(1, sweep.GetProperty("revision").GetInt32()));
        Assert.Equal((5, 6, "active"), Of("kept", "finished"));
        Assert.Equal((-5, 1, "paused"), Of("paused", "withdrawn"));
        Assert.Equal((-5, 1, "paused"), Of("paused", "finished")); // The sweep "kept" also needs this trial.

        (int Priority, int Count, string DesiredState) Of(string sweep, string count) => (
            sweeps[sweep].GetProperty("priority").GetInt32(),
            sweeps[sweep].GetProperty("counts").GetProperty(count).GetInt32(),
            sweeps[sweep].GetProperty("desiredState").GetString()!);
    }

    [Fact]
    public async Task Doctor_FindsNoProblems_AfterTheRun()
    {
        var doctor = await home.Workplace.CommandAsync("doctor");
        Assert.Equal((0, $"{home.Workplace.Home}: no problems"), (doctor.ExitCode, doctor.Stdout.Trim()));
    }

    private IReadOnlyList<JsonElement> Attempts(int trial) =>
        [.. home.Trial(trial).GetProperty("attempts").EnumerateArray()];

    private IEnumerable<string?> Endings(int trial) =>
        Attempts(trial).Select(static attempt => attempt.GetProperty("ending").GetString());

    private static string? DeviceClassOf(JsonElement attempt) => attempt.GetProperty("deviceClass").GetString();

    private static void AssertSame((byte[] Expected, byte[] Found) report) =>
        Assert.Equal(System.Text.Encoding.UTF8.GetString(report.Expected),
            System.Text.Encoding.UTF8.GetString(report.Found));
}
