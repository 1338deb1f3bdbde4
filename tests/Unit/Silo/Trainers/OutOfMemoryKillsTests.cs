using System.Diagnostics;
using System.Runtime.Versioning;
using Microsoft.Extensions.Time.Testing;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Trainers;

/// <summary>
/// Tests when the end of a killed trainer counts as out of memory: only if the kernel killed the trainer for lack of
/// memory.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class OutOfMemoryKillsTests : IDisposable
{
    private const string MemoryGroups = "/sys/fs/cgroup/memory";
    private readonly string _folder = Directory.CreateTempSubdirectory("sbnn-kills-").FullName;
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch);
    private int _shellPid;

    private static TrialKey Trial { get; } = TrialKey.Of(new TrialSpec { DataDigest = "none" });

    private AttemptFolder Attempt => AttemptFolder.Of(_folder, Trial, 1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task FindEnd_IsOutOfMemory_WhenTheKernelKilledTheTrainerForMemory()
    {
        if (!CanLimitMemory()) Assert.Skip($"{MemoryGroups}: the test cannot create control groups there");
        var group = Directory.CreateDirectory(Path.Combine(MemoryGroups, $"sbnn-test-{Guid.NewGuid():N}")).FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(group, "memory.limit_in_bytes"), "40M", Cancellation);
            await File.WriteAllTextAsync(
                Path.Combine(_folder, "hungry.sh"), $"echo $$ >{group}/cgroup.procs; exec tail /dev/zero",
                Cancellation);

            var end = await EndOf(Watched($". {_folder}/hungry.sh", Path.Combine(group, "memory.oom_control")));

            Assert.Equal((AttemptEnding.OutOfMemory, 137, "out of memory: the kernel killed the trainer"),
                (end.Ending, end.ExitCode, end.Reason));
        }
        finally
        {
            Directory.Delete(group);
        }
    }

    [Fact]
    public async Task FindEnd_IsKilled_WhenTheKernelKilledNoTrainerOrAnEarlierOne()
    {
        var counter = Path.Combine(_folder, "memory.events");
        await File.WriteAllTextAsync(counter, "oom 1\noom_kill 1\n", Cancellation);
        var trainer = Watched("sleep 1000", counter);
        // The count rises while this trainer still runs, so the kernel killed another trainer.
        await File.WriteAllTextAsync(counter, "oom 2\noom_kill 2\n", Cancellation);
        Assert.Null(trainer.FindEnd());
        _clock.Advance(TimeSpan.FromSeconds(10));

        await Eventually.UntilAsync(() => Posix.SignalGroup(_shellPid, Posix.SigKill), "the shell to lead its group");

        Assert.Equal((AttemptEnding.Killed, 137, "ended by signal 9"),
            await EndOf(trainer) is var end ? (end.Ending, end.ExitCode, end.Reason) : default);
    }

    [Theory]
    [InlineData("0::/pod/sbnn", "sys/fs/cgroup/pod/sbnn/memory.events")]
    [InlineData("0::/not/visible/here", "sys/fs/cgroup/memory.events")]
    [InlineData("4:cpu,memory:/sbnn\n0::/", "sys/fs/cgroup/memory/sbnn/memory.oom_control")]
    [InlineData("", "proc/vmstat")]
    public void Count_IsReadFromTheControlGroup_OfThisProcess(string memberships, string counter)
    {
        Write("proc/self/cgroup", memberships);
        Write(counter, "oom_kill 7\n");
        Assert.Equal(7, OutOfMemoryKills.Find(_folder).Count());

        void Write(string path, string text)
        {
            var file = Path.Combine(_folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
    }

    private static bool CanLimitMemory()
    {
        if (!File.Exists(Path.Combine(MemoryGroups, "memory.limit_in_bytes"))) return false;
        var probe = Path.Combine(MemoryGroups, $"sbnn-probe-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(probe);
            Directory.Delete(probe);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private TrainerProcess Watched(string script, string counter)
    {
        Directory.CreateDirectory(Attempt.Path);
        var kills = new OutOfMemoryKills(counter);
        var process = Process.Start(new ProcessStartInfo("/bin/setsid", ["/bin/sh", "-c", script]))!;
        _shellPid = process.Id;
        return new TrainerProcess(Attempt, Trial, process, new HangWatch(_clock), kills,
            TimeSpan.FromSeconds(30), _clock);
    }

    private static async Task<AttemptEnd> EndOf(ITrainer trainer)
    {
        AttemptEnd? end = null;
        await Eventually.UntilAsync(() => (end = trainer.FindEnd()) is not null, "the trainer to end");
        return end!;
    }
}
