using System.Globalization;
using System.Text.RegularExpressions;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Trainer.Libraries;

/// <summary>
/// An installed libtorch, such as that of PyTorch, which replaces the packaged one. <see cref="OwnVariable.Torch"/>
/// names its folder. TorchSharp's native library was built for one version of libtorch, so the symbols are checked
/// before training. Otherwise the first call of a missing function would end the process.
/// </summary>
/// <param name="Path">The folder with libtorch_cpu.so.</param>
/// <param name="Version">The version of the libtorch according to its files; null when unknown.</param>
internal sealed partial record TorchFolder(string Path, string? Version)
{
    private const string Main = TorchPlace.MainLibrary;
    private const string Bridge = "libLibTorchSharp.so";
    private const int MostNamed = 5;
    private static readonly Version Least = new(2, 10);

    // The sizes of the virtual tables of the classes from which TorchSharp derives. If a class had another number of
    // virtual functions, calls would reach the wrong functions.
    private static readonly Dictionary<string, long> VirtualTables = new()
    {
        ["_ZTVN5torch8autograd4NodeE"] = 0x78,
        ["_ZTVN5torch2nn6ModuleE"] = 0x98,
    };

    // The libraries of libtorch in dependency order: each library requires those before it.
    private static readonly string[] All = ["libc10.so", Main, "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"];

    // The system's libraries that TorchSharp's native library requires.
    private static readonly string[] SystemLibraries =
        ["libstdc++.so", "libm.so", "libgcc_s.so", "libc.so", "ld-linux"];

    /// <summary>
    /// The folder that <see cref="OwnVariable.Torch"/> names; null when the variable is not set. Throws <see
    /// cref="BadInputException"/> when the folder has no libtorch.
    /// </summary>
    public static TorchFolder? FromEnvironment() =>
        OwnVariable.Find(OwnVariable.Torch) is { } named ? Find(named) : null;

    /// <summary>Finds the libtorch in a folder, or in the folder of a PyTorch (site-packages/torch).</summary>
    public static TorchFolder Find(string named)
    {
        var found = TorchPlace.Find(named);
        return new TorchFolder(found, VersionOf(found));
    }

    /// <summary>The libraries of this libtorch, in the order in which they must be loaded.</summary>
    public IEnumerable<string> Libraries => All.Select(name => System.IO.Path.Combine(Path, name)).Where(File.Exists);

    /// <summary>
    /// Checks that this libtorch fits the trainer. Throws <see cref="BadInputException"/> with the first mismatch.
    /// </summary>
    /// <param name="further">Required symbols in addition to those that TorchSharp's native library imports.</param>
    public void Check(IEnumerable<string> further)
    {
        if (Version is { } version && Number().Match(version) is { Success: true } number
            && new Version(int.Parse(number.Groups[1].ValueSpan, CultureInfo.InvariantCulture),
                int.Parse(number.Groups[2].ValueSpan, CultureInfo.InvariantCulture)) < Least)
            throw Mismatch($"its version is {version} (allowed: {Least} or later)");

        var bridge = ElfLibrary.Read(PackagedLibraries.Find(Bridge)
            ?? throw new BadInputException($"{Bridge}: missing from the trainer's folder; install sbnn again"));
        var exports = Libraries.Select(ElfLibrary.Read).ToList();
        var system = SystemLibraries.Select(static name =>
            MappedLibraries.Find(file => file.StartsWith(name, StringComparison.Ordinal)))
            .OfType<string>().Select(ElfLibrary.Read).ToList();
        var missing = bridge.Imports.Concat(further).Distinct()
            .Where(symbol => !exports.Exists(library => library.Exports.ContainsKey(symbol))
                && !system.Exists(library => library.Exports.ContainsKey(symbol)))
            .ToList();
        var used = Used().Concat(further).ToHashSet(StringComparer.Ordinal);
        var needed = missing.FindAll(symbol => used.Contains(symbol) || bridge.ImportsBoundOnLoad.Contains(symbol));
        if (needed.Count > 0)
        {
            var named = string.Join(", ", needed.Take(MostNamed).Select(SymbolName.Readable));
            var more = needed.Count > MostNamed
                ? string.Create(CultureInfo.InvariantCulture, $" and {needed.Count - MostNamed} more") : "";
            throw Mismatch(string.Create(
                CultureInfo.InvariantCulture,
                $"{needed.Count} functions and tables that training requires are missing: {named}{more} "
                    + $"({missing.Count} of the {bridge.Imports.Count} symbols of {Bridge} are missing)"));
        }

        foreach (var (table, size) in VirtualTables)
        {
            var actual = exports.Select(library => library.Exports.GetValueOrDefault(table)).Max();
            if (actual != size)
                throw Mismatch(string.Create(CultureInfo.InvariantCulture,
                    $"{SymbolName.Readable(table)} has {actual} bytes (allowed: {size}), so the class has other "
                        + $"virtual functions than TorchSharp expects"));
        }
    }

    // The symbols that a training uses. They were recorded with LD_DEBUG=bindings in the tests of all models and
    // methods; those that only a training on a GPU uses were added.
    internal static IEnumerable<string> Used()
    {
        using var lines = new StreamReader(typeof(TorchFolder).Assembly.GetManifestResourceStream("used-symbols.txt")!);
        while (lines.ReadLine() is { } line) yield return line;
    }

    private BadInputException Mismatch(string why) =>
        new($"{TorchPlace.NamedBy}: the libtorch{(Version is { } version ? $" {version}" : "")} in {Path} does not "
            + $"fit: {why}; name the folder of PyTorch {Least}, or name none to use the packaged libtorch");

    // PyTorch has the file version.py beside the folder lib; libtorch has the file build-version.
    private static string? VersionOf(string folder)
    {
        var parent = System.IO.Path.GetDirectoryName(folder) ?? folder;
        foreach (var file in (string[])[System.IO.Path.Combine(parent, "version.py"),
            System.IO.Path.Combine(parent, "build-version"), System.IO.Path.Combine(folder, "build-version")])
        {
            if (File.Exists(file) && VersionText().Match(File.ReadAllText(file)) is { Success: true } version)
                return version.Value;
        }

        // In Debian, libtorch_cpu.so is a link to a file with the version in its name, such as libtorch_cpu.so.1.13.0.
        return File.ResolveLinkTarget(System.IO.Path.Combine(folder, Main), returnFinalTarget: true)
            is { Name: var target }
            && target.StartsWith(Main + ".", StringComparison.Ordinal) ? target[(Main.Length + 1)..] : null;
    }

    [GeneratedRegex(@"[0-9]+\.[0-9]+(\.[0-9]+)?(\+[0-9a-z.]+)?")]
    private static partial Regex VersionText();

    [GeneratedRegex(@"^([0-9]+)\.([0-9]+)")]
    private static partial Regex Number();
}
