using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>
/// Sets the wall clock that the processes of a workplace see, with libfaketime; their monotonic clock stays correct. If
/// the library is not installed, the test is skipped, or fails if SBNN_EXPECT names "faketime".
/// </summary>
internal sealed class FalseClock
{
    private readonly string _file;

    public FalseClock(Workplace workplace)
    {
        var library = Directory.EnumerateDirectories("/usr/lib")
            .Select(static folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1"))
            .FirstOrDefault(File.Exists);
        Expected.Require(
            library is not null, "faketime", "libfaketime is not installed (Debian: apt-get install libfaketime)");

        _file = Path.Combine(workplace.Folder, "clock");
        Set(TimeSpan.Zero);
        workplace.Environment = new()
        {
            ["LD_PRELOAD"] = library,
            ["FAKETIME_TIMESTAMP_FILE"] = _file,
            ["FAKETIME_CACHE_DURATION"] = "1",
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
            // Switches off libfaketime's fix for old C libraries. With it, after the clock is set back, every wait on a
            // condition variable that uses the monotonic clock returns immediately. Then each thread of .NET polls, and
            // the run takes minutes or never ends.
            ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
        };
    }

    /// <summary>Sets the clock ahead of the true time. Running processes see the new time within a second.</summary>
    public void Set(TimeSpan ahead)
    {
        var unfinished = $"{_file}.new";
        File.WriteAllText(unfinished, $"{(ahead < TimeSpan.Zero ? "" : "+")}{ahead.TotalSeconds:0}");
        File.Move(unfinished, _file, overwrite: true);
    }
}
