using System.CommandLine;
using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>Options and arguments that several commands have.</summary>
internal static class SharedOptions
{
    /// <summary>An alias of <c>--slots</c>, for use beside <c>--slots-per-gpu</c>.</summary>
    public const string CpuSlots = "--cpu-slots";

    public static Option<DirectoryInfo> Home() => new("--home")
    {
        Description = "The folder of the ledger and the trials; if not given, SBNN_HOME, or .sbnn in the working "
            + "folder.",
        DefaultValueFactory = _ => new DirectoryInfo(HomeFolder.Default.Path),
    };

    public static Option<string> Head() => new("--head")
    {
        Description =
            "The head that has the sweeps, instead of a home: the path of its access file, or its address with the "
                + "token in SBNN_TOKEN; if not given, SBNN_HEAD.",
    };

    public static Option<DirectoryInfo> Data() => new("--data")
    {
        Description = "The folder of the datasets: CIFAR's files, image folders by name, and prepared images; if not "
            + "given, SBNN_DATA, or ~/.cache/sbnn.",
        DefaultValueFactory = _ => new DirectoryInfo(OwnVariable.Find("SBNN_DATA") ?? DefaultDataRoot()),
    };

    public static Option<int> Threads() =>
        WholeNumber("--threads", 1, 1024, fallback: 1,
            "CPU threads of each trainer. Only runs with the same number of threads give bit-identical results.");

    /// <summary>See <see cref="UseTorch"/>.</summary>
    public static Option<DirectoryInfo?> Torch() => new("--torch")
    {
        Description =
            "The folder of an installed PyTorch (2.10 or later), whose libtorch replaces the packaged one; if not "
                + "given, SBNN_TORCH.",
    };

    /// <summary>
    /// Makes all trainers that this process starts use this libtorch: they inherit the variable that names it.
    /// </summary>
    public static void UseTorch(DirectoryInfo? torch)
    {
        if (torch is not null) Environment.SetEnvironmentVariable(OwnVariable.Torch, torch.FullName);
    }

    public static Option<int> Slots()
    {
        var slots = WholeNumber(
            "--slots", 1, 1024, fallback: null,
            "Most trainers at the same time on the CPU; if not given, the cores divided by --threads, or none where "
                + "GPUs are used.");
        slots.Aliases.Add(CpuSlots);
        return slots;
    }

    public static Option<int> Port() => WholeNumber(
        "--port", 0, 65535, fallback: null,
        "The port of the HTTP API and the dashboard on the loopback interface; if not given, any free one.");

    public static Option<int> Grace() => WholeNumber(
        "--grace",
        5,
        86400,
        fallback: 900,
        "Seconds that trainers continue after their sbnn has ended; then they write a checkpoint and exit. A new run "
            + "within that time adopts them.");

    public static Option<bool> Json() => new("--json") { Description = "Print only JSON to stdout." };

    public static Argument<FileInfo> Spec() =>
        new("spec") { Description = "The sweep's YAML file; - is standard input." };

    /// <summary>A sweep's name. A name that is not valid is rejected before the ledger or a head is asked.</summary>
    public static Argument<string> Sweep()
    {
        var name = new Argument<string>("name") { Description = "The sweep's name, as its spec gives it." };
        name.Validators.Add(static read =>
        {
            var given = read.Tokens.Count == 0 ? "" : read.Tokens[0].Value;
            if (!SpecReader.IsName(given))
                read.AddError($"name: '{given}' is not a valid sweep name (allowed: {SpecReader.NameAllowed})");
        });
        return name;
    }

    /// <summary>
    /// An option with a whole number within bounds. Without a fallback, its value is 0 when it is not given.
    /// </summary>
    public static Option<int> WholeNumber(string name, int least, int most, int? fallback, string description)
    {
        var option = new Option<int>(name)
        {
            Description = description,
            CustomParser = read =>
            {
                var given = read.Tokens[0].Value;
                if (int.TryParse(given, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                    && value >= least && value <= most)
                    return value;
                read.AddError($"{name}: {given} is not allowed (allowed: a whole number from {least} to {most})");
                return default;
            },
        };
        if (fallback is { } defaultValue) option.DefaultValueFactory = _ => defaultValue;
        return option;
    }

    /// <summary>The values of <c>--threads</c> and <c>--slots</c>, for the CPU alone.</summary>
    public static (int Threads, int Slots) ThreadsAndSlots(ParseResult parsed, Option<int> threads, Option<int> slots)
    {
        var threadCount = parsed.GetValue(threads);
        return (threadCount, parsed.GetValue(slots) is > 0
            and var given ? given : Math.Max(1, Environment.ProcessorCount / threadCount));
    }

    private static string DefaultDataRoot()
    {
        var cache = OwnVariable.Find("XDG_CACHE_HOME")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(cache, "sbnn");
    }
}
