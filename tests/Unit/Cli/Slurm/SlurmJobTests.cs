using System.Runtime.Versioning;
using Sbnn.Sweeps.Cli.Slurm;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Slurm;

[SupportedOSPlatform("linux")]
public sealed class SlurmJobTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly WatchedTime _time = new(); // It begins in 1970.
    private readonly Dictionary<string, string> _variables = new() { ["SLURM_JOB_ID"] = "17" };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("echo 3600", 3600)]
    [InlineData("[ $SLURM_TIME_FORMAT = %s ] && [ \"$*\" = '-h -j 17 -o %e' ] && echo 3600", 3600)]
    [InlineData("echo NONE", null)]
    [InlineData("echo UNLIMITED", null)]
    public async Task TimeLeft_IsTheTimeToTheJobsEnd(string squeue, int? seconds) =>
        Assert.Equal(seconds is { } count ? TimeSpan.FromSeconds(count) : null, await FindAsync(squeue));

    [Fact]
    public async Task TimeLeft_IsThatOfTheArraysJob_WhenTheJobBelongsToAnArray()
    {
        (_variables["SLURM_ARRAY_JOB_ID"], _variables["SLURM_ARRAY_TASK_ID"]) = ("17", "2");

        Assert.Equal(TimeSpan.FromSeconds(60), await FindAsync("[ $3 = 17_2 ] && echo 60"));
    }

    [Fact]
    public async Task TimeLeft_IsRead_WhenSqueueFailsAtFirst()
    {
        var found = FindAsync($"[ -e {_folder.In("tried")} ] && echo 62 && exit; touch {_folder.In("tried")}; exit 1",
            waits: 1);

        Assert.Equal(TimeSpan.FromSeconds(60), await found); // Two seconds passed before the second try.
    }

    [Theory]
    [InlineData("echo slurm_load_jobs error >&2; exit 1", "squeue: exit code 1: slurm_load_jobs error; name a ")]
    [InlineData("echo N/A", "squeue printed 'N/A' for job 17 (allowed: seconds since 1970, or NONE); name a duration")]
    public async Task TimeLeft_IsAnError_WhenSqueueFailsAgainAndAgain(string squeue, string reason)
    {
        var error = await Assert.ThrowsAsync<BadInputException>(() => FindAsync(squeue, waits: 4));

        Assert.StartsWith("--until slurm: the end of job 17 cannot be read: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TimeLeft_IsAnError_OutsideAJob()
    {
        _variables.Clear();

        var error = await Assert.ThrowsAsync<BadInputException>(() => FindAsync("echo 60"));

        Assert.StartsWith("--until slurm: SLURM_JOB_ID is not set", error.Message, StringComparison.Ordinal);
    }

    private async Task<TimeSpan?> FindAsync(string squeue, int waits = 0)
    {
        var program = Scripts.Write(_folder.In("squeue"), squeue);
        var job = new SlurmJob(_variables.GetValueOrDefault, new SlurmProgram(program), _time);
        var found = job.FindTimeLeftAsync(TestContext.Current.CancellationToken);
        for (; waits > 0; waits--)
        {
            await Eventually.UntilAsync(() => _time.HasTimer(TimeSpan.FromSeconds(2)), "the pause before the next try");
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        return await found;
    }
}
