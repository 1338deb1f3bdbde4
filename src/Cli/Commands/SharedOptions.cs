using System.CommandLine;
using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>Options and arguments that several verbs have.</summary>
internal static class SharedOptions
{
    /// <summary>What <c>--slots</c> is also called, beside <c>--slots-per-gpu</c>.</summary>
    public const string CpuSlots = "--cpu-slots";

    public static Option<DirectoryInfo> Home() => new("--home")
    {
        Description = "Where the ledger and the trials' folders are kept: SBNN_HOME, or .sbnn here.",
        DefaultValueFactory = _ => new DirectoryInfo(HomeFolder.Default.Path),
    };

    public static Option<string> Head() => new("--head")
    {
        Description =
            "The head that has the sweeps, in place of a home: SBNN_HEAD. The path of a head's file, or its address; "
            + "then the token comes from SBNN_TOKEN.",
    };

    public static Option<DirectoryInfo> Data() => new("--data")
    {
        Description = "The data root: CIFAR's files, image folders by name, and prepared images: SBNN_DATA, or "
            + "~/.cache/sbnn.",
        DefaultValueFactory = _ => new DirectoryInfo(OwnVariable.Find("SBNN_DATA") ?? DefaultDataRoot()),
    };

    public static Option<int> Threads() =>
        Whole("--threads", 1, 1024, fallback: 1,
            "CPU threads of each trainer. Results are bit-exact for one number of threads only.");

    /// <summary>See <see cref="UseTorch"/>.</summary>
    public static Option<DirectoryInfo?> Torch() => new("--torch")
    {
        Description =
            "The folder of an existing PyTorch (2.10 or later), whose libtorch trainers use in place of the packaged "
                + "one: SBNN_TORCH.",
    };

    /// <summary>
    /// Has all trainers that this process starts use a libtorch: they inherit the variable that names it.
    /// </summary>
    public static void UseTorch(DirectoryInfo? torch)
    {
        if (torch is not null) Environment.SetEnvironmentVariable(OwnVariable.Torch, torch.FullName);
    }

    public static Option<int> Slots()
    {
        var slots = Whole(
            "--slots", 1, 1024, fallback: null,
            "Trainers at once on the CPU; if not given, the cores divided by --threads, and none where GPUs are used.");
        slots.Aliases.Add(CpuSlots);
        return slots;
    }

    public static Option<int> Port() => Whole(
        "--port", 0, 65535, fallback: null,
        "The port of the HTTP API and the dashboard on the loopback interface; if not given, any free one.");

    public static Option<int> Grace() => Whole(
        "--grace",
        5,
        86400,
        fallback: 900,
        "Seconds that trainers continue without their sbnn before they write a checkpoint and leave; "
        + "a run within them adopts them.");

    public static Option<bool> Json() => new("--json") { Description = "Print JSON, and nothing else, to stdout." };

    public static Argument<FileInfo> Spec() =>
        new("spec") { Description = "The sweep's YAML file; - is standard input." };

    /// <summary>A sweep's name. One that no sweep can have is refused before anybody is asked about it.</summary>
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
    /// An option that takes a whole number within bounds; without a fallback, one that is not given has the value 0.
    /// </summary>
    public static Option<int> Whole(string name, int least, int most, int? fallback, string description)
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
                read.AddError($"{name}: {given} is not allowed: a whole number from {least} to {most}");
                return default;
            },
        };
        if (fallback is { } usual) option.DefaultValueFactory = _ => usual;
        return option;
    }

    /// <summary>The values of <c>--threads</c> and <c>--slots</c>, for the CPU alone.</summary>
    public static (int Threads, int Slots) Places(ParseResult parsed, Option<int> threads, Option<int> slots)
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
