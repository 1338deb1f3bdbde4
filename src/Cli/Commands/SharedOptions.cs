using System.CommandLine;
using System.Globalization;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>Options and arguments that several commands have.</summary>
internal static class SharedOptions
{
    /// <summary>An alias of <c>--slots</c>, for use beside <c>--slots-per-gpu</c>.</summary>
    public const string CpuSlots = "--cpu-slots";

    /// <summary>How help names the value of an option that is a folder, as in <c>--out &lt;folder&gt;</c>.</summary>
    public const string Folder = "folder";

    public static Argument<string> Trial()
    {
        var trial = new Argument<string>("trial")
        {
            Description = "The trial's key, or its first 4 digits or more; `sbnn show` lists the keys.",
        };
        trial.Validators.Add(static read =>
        {
            var given = read.Tokens.Count == 0 ? "" : read.Tokens[0].Value;
            if (!TrialPrefix.IsValid(given))
                read.AddError($"trial: '{given}' is not allowed (allowed: {TrialPrefix.Allowed})");
        });
        return trial;
    }

    public static Option<DirectoryInfo> Home() => new("--home")
    {
        HelpName = Folder,
        Description = "The home: the folder with the ledger, which has all results, and the trials' files. If not "
            + "given: SBNN_HOME, or .sbnn in the working folder.",
        DefaultValueFactory = _ => new DirectoryInfo(HomeFolder.Default.Path),
    };

    public static Option<string> Head() => new("--head")
    {
        HelpName = "file or address",
        Description = "Use a head on another machine instead of a home: the path of the head's access file, or the "
            + "head's address with its token in SBNN_TOKEN. If not given: SBNN_HEAD.",
    };

    public static Option<DirectoryInfo> Data() => new("--data")
    {
        HelpName = Folder,
        Description = "The data root: the folder with CIFAR's files, image folders and prepared images. If not given: "
            + "SBNN_DATA, or ~/.cache/sbnn.",
        DefaultValueFactory = _ => new DirectoryInfo(OwnVariable.Find("SBNN_DATA") ?? DefaultDataRoot()),
    };

    public static Option<int> Threads() =>
        WholeNumber("--threads", 1, 1024, fallback: 1,
            "CPU threads of each trainer process. Only runs with the same number of threads give bit-identical "
                + "results.");

    /// <summary>The option <c>--torch</c>, whose value <see cref="UseTorch"/> applies.</summary>
    public static Option<DirectoryInfo?> Torch() => new("--torch")
    {
        HelpName = Folder,
        Description = "The folder of an installed PyTorch (2.10 or later) whose libtorch is used instead of the "
            + "packaged one. If not given: SBNN_TORCH.",
    };

    /// <summary>
    /// Makes all trainers that this process starts use this libtorch: they inherit the variable that names it. Throws
    /// <see cref="BadInputException"/> when the folder that the option or the variable names has no libtorch.
    /// </summary>
    public static void UseTorch(DirectoryInfo? torch)
    {
        if ((torch?.FullName ?? OwnVariable.Find(OwnVariable.Torch)) is not { } named) return;
        _ = TorchPlace.Find(named);
        Environment.SetEnvironmentVariable(OwnVariable.Torch, named);
    }

    public static Option<int> Slots()
    {
        var slots = WholeNumber(
            "--slots", 1, 1024, fallback: null,
            "Maximum number of trainers on the CPU at the same time. If not given: the number of cores divided by "
                + "--threads, or 0 where GPUs are used.");
        slots.Aliases.Add(CpuSlots);
        return slots;
    }

    public static Option<int> Port() => WholeNumber(
        "--port", 0, 65535, fallback: null,
        "The port of the dashboard and the HTTP API, which only this machine can reach. If not given, or 0: any free "
            + "port.", helpName: "port");

    public static Option<int> Grace() => WholeNumber(
        "--grace",
        5,
        86400,
        fallback: 900,
        "How long trainers continue after their sbnn was killed; then they write a checkpoint and exit. An sbnn that "
            + "starts within that time takes them over.", helpName: "seconds");

    public static Option<bool> Json() => new("--json") { Description = "Print the result as JSON." };

    public static Argument<FileInfo> Spec() =>
        new("spec") { Description = "The sweep's YAML file, or - for standard input." };

    /// <summary>A sweep's name. An invalid name is rejected before the ledger is read or a head is called.</summary>
    public static Argument<string> Sweep()
    {
        var name = new Argument<string>("name")
        {
            Description = "The sweep's name: the value of name: in its YAML file.",
        };
        name.Validators.Add(static read =>
        {
            var given = read.Tokens.Count == 0 ? "" : read.Tokens[0].Value;
            if (!SpecReader.IsName(given))
                read.AddError($"name: '{given}' is not a valid sweep name (allowed: {SpecReader.NameAllowed})");
        });
        return name;
    }

    /// <summary>
    /// An option with a whole number within bounds, which its description states. Without a fallback, its value is 0
    /// when it is not given.
    /// </summary>
    public static Option<int> WholeNumber(
        string name, int least, int most, int? fallback, string description, string helpName = "number")
    {
        var option = new Option<int>(name)
        {
            HelpName = helpName,
            Description = $"{description} Allowed: {least} to {most}.",
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

    /// <summary>
    /// An option whose value is a word of an enum. The option is text, so that help shows the words and the default as
    /// a user types them; <see cref="ValueOf"/> returns the enum's value. Without a fallback, the value is null when
    /// the option is not given.
    /// </summary>
    public static Option<string> OneOf<T>(string name, T? fallback, string helpName, string description)
        where T : struct, Enum
    {
        string[] words = [.. Enum.GetValues<T>().Select(static value => EnumWords.Of(value))];
        var allowed = string.Join(", ", words);
        var option = new Option<string>(name)
        {
            HelpName = helpName,
            Description = $"{description} Allowed: {allowed}.",
        };
        if (fallback is { } word) option.DefaultValueFactory = _ => EnumWords.Of(word);
        option.Validators.Add(read =>
        {
            if (read.Tokens is [var given, ..] && !words.Contains(given.Value))
                read.AddError($"{name}: {given.Value} is not allowed (allowed: {allowed})");
        });
        return option;
    }

    /// <summary>The enum's value of an option that <see cref="OneOf"/> created.</summary>
    public static T ValueOf<T>(string word)
        where T : struct, Enum => Enum.GetValues<T>().Single(value => EnumWords.Of(value) == word);

    /// <summary>
    /// The values of <c>--threads</c> and <c>--slots</c>, which apply to the CPU only. Without <c>--slots</c>, there
    /// are as many slots as the processors have room for.
    /// </summary>
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
