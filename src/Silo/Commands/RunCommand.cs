using System.CommandLine;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Silo.Commands;

/// <summary><c>sbnn run spec.yaml</c>: everything on this machine, to the table.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var spec = new Argument<FileInfo>("spec") { Description = "The sweep's YAML file." };
        var home = new Option<DirectoryInfo>("--home")
        {
            Description = "Where the ledger and the trials' folders are kept [SBNN_HOME, or .sbnn].",
            DefaultValueFactory = _ => new DirectoryInfo(Environment.GetEnvironmentVariable("SBNN_HOME") ?? ".sbnn"),
        };
        var data = new Option<DirectoryInfo>("--data")
        {
            Description = "The data root: CIFAR's files, image folders by name, and prepared images [SBNN_DATA, or ~/.cache/sbnn].",
            DefaultValueFactory = _ => new DirectoryInfo(Environment.GetEnvironmentVariable("SBNN_DATA") ?? DefaultDataRoot()),
        };
        var output = new Option<DirectoryInfo>("--out")
        {
            Description = "The folder below which the tables are written [out].",
            DefaultValueFactory = _ => new DirectoryInfo("out"),
        };
        var threads = new Option<int>("--threads")
        {
            Description = "CPU threads of each trainer. Results are bit-exact for one number of threads only [1].",
            DefaultValueFactory = _ => 1,
        };
        var slots = new Option<int?>("--slots") { Description = "Trainers at once [the cores divided by --threads]." };
        var port = new Option<int>("--port")
        {
            Description = "The port of the HTTP API on the loopback interface [any free one].",
            DefaultValueFactory = _ => 0,
        };
        var retryFailed = new Option<bool>("--retry-failed") { Description = "Try the sweep's failed trials again, with a fresh count of attempts." };
        var verbose = new Option<bool>("--verbose") { Description = "Log what happens inside to stderr." };

        var command = new Command("run", "Train every trial of a sweep on this machine and write its table.")
        {
            spec, home, data, output, threads, slots, port, retryFailed, verbose,
        };
        command.SetAction((parsed, cancellation) => SbnnCommand.GuardAsync(() =>
        {
            var threadCount = InRange("--threads", parsed.GetValue(threads), 1, 1024);
            return new RunSession(new RunOptions(
                parsed.GetRequiredValue(spec).ToString(),
                parsed.GetRequiredValue(home).FullName,
                parsed.GetRequiredValue(data).FullName,
                parsed.GetRequiredValue(output).ToString(),
                threadCount,
                InRange("--slots", parsed.GetValue(slots) ?? Math.Max(1, Environment.ProcessorCount / threadCount), 1, 1024),
                InRange("--port", parsed.GetValue(port), 0, 65535),
                parsed.GetValue(retryFailed),
                parsed.GetValue(verbose))).RunAsync();
        }));
        return command;
    }

    private static int InRange(string option, int value, int least, int most) =>
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

/// <summary>The options of <c>run</c>, checked.</summary>
internal sealed record RunOptions(
    string Spec, string Home, string DataRoot, string Out, int Threads, int Slots, int Port, bool RetryFailed, bool Verbose);
