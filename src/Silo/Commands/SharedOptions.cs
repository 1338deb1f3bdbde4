using System.CommandLine;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Silo.Commands;

/// <summary>Options and arguments that several verbs have.</summary>
internal static class SharedOptions
{
    public static Option<DirectoryInfo> Home() => new("--home")
    {
        Description = "Where the ledger and the trials' folders are kept [SBNN_HOME, or .sbnn].",
        DefaultValueFactory = _ => new DirectoryInfo(HomeFolder.Default.Path),
    };

    public static Option<DirectoryInfo> Data() => new("--data")
    {
        Description = "The data root: CIFAR's files, image folders by name, and prepared images [SBNN_DATA, or ~/.cache/sbnn].",
        DefaultValueFactory = _ => new DirectoryInfo(Environment.GetEnvironmentVariable("SBNN_DATA") ?? DefaultDataRoot()),
    };

    public static Option<int> Threads() => new("--threads")
    {
        Description = "CPU threads of each trainer. Results are bit-exact for one number of threads only [1].",
        DefaultValueFactory = _ => 1,
    };

    public static Option<int?> Slots() => new("--slots") { Description = "Trainers at once [the cores divided by --threads]." };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON, and nothing else, to stdout." };

    public static Argument<FileInfo> Spec() => new("spec") { Description = "The sweep's YAML file." };

    public static Argument<string> Sweep() => new("name") { Description = "The sweep's name, as its spec gives it." };

    /// <summary>The value of <c>--threads</c> and <c>--slots</c>, checked.</summary>
    public static (int Threads, int Slots) Places(ParseResult parsed, Option<int> threads, Option<int?> slots)
    {
        var threadCount = InRange("--threads", parsed.GetValue(threads), 1, 1024);
        return (threadCount, InRange("--slots", parsed.GetValue(slots) ?? Math.Max(1, Environment.ProcessorCount / threadCount), 1, 1024));
    }

    public static int InRange(string option, int value, int least, int most) =>
        value >= least && value <= most
            ? value
            : throw new BadInputException($"{option}: {value} is not allowed: a whole number from {least} to {most}");

    private static string DefaultDataRoot()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache)) cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(cache, "sbnn");
    }
}
