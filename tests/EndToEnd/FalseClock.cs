using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>
/// A wall clock that a test sets, for all that it starts in a workplace (libfaketime); the monotonic one stays. A test
/// without the library is skipped, or fails if SBNN_EXPECT names "faketime".
/// </summary>
internal sealed class FalseClock
{
    private readonly string _file;

    public FalseClock(Workplace workplace)
    {
        var library = Directory.EnumerateDirectories("/usr/lib")
            .Select(static folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1"))
            .FirstOrDefault(File.Exists);
        Expected.Demand(
            library is not null, "faketime", "there is no libfaketime here; on Debian: apt-get install libfaketime");

        _file = Path.Combine(workplace.Folder, "clock");
        Set(TimeSpan.Zero);
        workplace.Environment = new()
        {
            ["LD_PRELOAD"] = library,
            ["FAKETIME_TIMESTAMP_FILE"] = _file,
            ["FAKETIME_CACHE_DURATION"] = "1",
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        };
    }

    /// <summary>Sets it to so much after the true time; it is noticed within a second.</summary>
    public void Set(TimeSpan ahead)
    {
        var unfinished = $"{_file}.new";
        File.WriteAllText(unfinished, $"{(ahead < TimeSpan.Zero ? "" : "+")}{ahead.TotalSeconds:0}");
        File.Move(unfinished, _file, overwrite: true);
    }
}
