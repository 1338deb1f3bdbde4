using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Trainer.Running;

namespace Sbnn.Sweeps.Tests.Training.Running;

public sealed class EventLogTests
{
    private static void AppendTo(string path, int times)
    {
        using var log = new EventLog(path, TimeProvider.System);
        for (var i = 0; i < times; i++)
            log.Append((sequence, at) => new TrialCompleted { Sequence = sequence, At = at });
    }

    [Fact]
    public void Append_ContinuesTheSequenceNumbers_OfTheFile()
    {
        using var folder = new TempFolder();
        AppendTo(folder.In("events.ndjson"), 2);
        AppendTo(folder.In("events.ndjson"), 3);
        Assert.Equal([1, 2, 3, 4, 5], Trials.Events(folder.Path).Select(e => e.Sequence));
    }

    [Fact]
    public void Append_RemovesTheLastLine_WhenACrashTruncatedIt()
    {
        using var folder = new TempFolder();
        var path = folder.In("events.ndjson");
        AppendTo(path, 2);
        File.AppendAllText(path, """{"$type":"fini""");
        AppendTo(path, 1);
        Assert.Equal([1, 2, 3], Trials.Events(folder.Path).Select(e => e.Sequence));
    }

    [Fact]
    public void Append_WritesTheEvent_Immediately()
    {
        using var folder = new TempFolder();
        using var log = new EventLog(folder.In("events.ndjson"), TimeProvider.System);
        log.Append((sequence, at) => new TrialCompleted { Sequence = sequence, At = at });
        using var reader =
            new StreamReader(
                new FileStream(folder.In("events.ndjson"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        Assert.StartsWith("""{"$type":"finished","sequence":1,""", reader.ReadToEnd(), StringComparison.Ordinal);
    }
}
