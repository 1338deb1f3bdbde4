using System.Globalization;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>
/// Reads a sweep's YAML file strictly. All mistakes are reported together, one per line, as <c>sweeps/x.yaml:12:
/// trial.gamma: 1.5 is not allowed (allowed: a number from 0 to 0.999)</c>: file, line, key, value, what is allowed,
/// and the most similar allowed key or word. <see cref="SweepSpec.CheckImages"/> reports mistakes that depend on the
/// images (such as a number of images that the dataset does not have).
/// </summary>
public static class SpecReader
{
    /// <summary>The pattern of a sweep's name.</summary>
    internal const string NamePattern = "^[a-z0-9][a-z0-9-]{0,63}$";

    /// <summary>A phrase that describes the allowed names of sweeps.</summary>
    public const string NameAllowed = "lower-case letters, digits and '-', at most 64, the first a letter or digit";
    private const string FileAllowed = "a sweep starts with name: and trial:, see sweeps/quickstart.yaml";

    /// <summary>True when the text is a valid name of a sweep.</summary>
    public static bool IsName(string text) => TextPattern.Matches(text, NamePattern);

    /// <summary>Reads a file. Throws <see cref="BadInputException"/> with every mistake found.</summary>
    public static SweepSpec Read(string path) => ReadFile(path).Spec;

    /// <summary>
    /// Reads a file, or standard input (<see cref="SpecFile.StandardInput"/>), once, and also returns its text. Throws
    /// <see cref="BadInputException"/> with every mistake found.
    /// </summary>
    public static SpecFile ReadFile(string path)
    {
        var text = YamlText.Load(path);
        var references = new FolderReferences(SpecFile.FolderOf(path));
        return new SpecFile(Parse(text, SpecFile.NameOf(path), references), text) { Published = references.Published };
    }

    /// <summary>
    /// Like <see cref="ReadFile"/>, but a cancellation ends the wait for input from a terminal, or from a pipe without
    /// a writer.
    /// </summary>
    public static Task<SpecFile> ReadFileAsync(string path, CancellationToken cancellation) =>

        // After a cancellation this thread may wait forever: open(2) of a pipe waits for a writer, and only a signal
        // ends that wait.
        Task.Factory
            .StartNew(
                () => ReadFile(path), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(cancellation);

    /// <summary>Reads a text. Throws <see cref="BadInputException"/> with every mistake found.</summary>
    /// <param name="yaml">The spec.</param>
    /// <param name="fileName">The file's name in messages.</param>
    /// <param name="folder">
    /// The folder to which <c>table.published</c> is relative. The path must not lead out of it.
    /// </param>
    public static SweepSpec Parse(string yaml, string fileName, string folder) =>
        Parse(yaml, fileName, new FolderReferences(folder));

    /// <summary>
    /// Reads texts that a client sent. <c>table.published</c> refers to the text sent with the spec, so no path leads
    /// to a file on this machine. Throws <see cref="BadInputException"/> with every mistake found.
    /// </summary>
    /// <param name="yaml">The spec.</param>
    /// <param name="fileName">The file's name in messages.</param>
    /// <param name="published">The text of the file of published values that the spec names; null when it names
    /// none.</param>
    public static SpecFile ParseSubmitted(string yaml, string fileName, string? published) =>
        new(Parse(yaml, fileName, new SubmittedReferences(published)), yaml) { Published = published };

    private static SweepSpec Parse(string yaml, string fileName, SpecReferences references)
    {
        var problems = new Problems(fileName);
        var root = YamlText.ParseMap(yaml, problems, FileAllowed);
        var section = new Section(root, problems, "name", "description", "trial", "axes", "exclude", "seeds",
            "table", "run");
        var name = ReadName(section);
        var description = section.Text("description", "a text")?.Trim();
        var trial = section.Entry("trial") is { } entry
            && section.MapOf(entry.Value, "a map of hyperparameters to values; omit trial: to keep all defaults")
                is { } parameters
            ? HyperparameterReader.Values(parameters, problems)
                .Aggregate(new TrialSpec(), (t, v) => Hyperparameters.Get(v.Key).Set(t, v.Value))
            : new TrialSpec();
        var axes = AxesReader.Read(section);
        var exclude = ReadExclude(section);
        var seeds = ReadSeeds(section);
        var table = new TableReader(section, name, references);
        var run = RunReader.Read(section);
        problems.ThrowIfAny();

        var written = new SweepSpec
        {
            Name = name,
            Description = description,
            Trial = trial,
            Axes = axes,
            Exclude = exclude,
            Seeds = seeds,
            Table = new TableSpec { Title = name, Rows = [], Columns = [] },
            Run = run,
            PlaceOf = path => string.Create(CultureInfo.InvariantCulture, $"{fileName}:{root.LineOf(path)}"),
        };
        return written with { Table = CheckCells(written, root, table, problems) };
    }

    private static string ReadName(Section spec)
    {
        if (spec.Required("name", NameAllowed) is not { } entry
            || spec.TextOf(entry.Value, NameAllowed) is not { } name)
            return "";
        if (!IsName(name)) spec.Problems.Add(entry.Value, Section.NotAllowed(name, NameAllowed));
        return name;
    }

    private static List<HyperparameterMatch> ReadExclude(Section spec)
    {
        const string Allowed = "a map of hyperparameters to values, such as {domain: learned, sparsity: [90, 95]}";
        if (spec.Entry("exclude") is not { } entry
            || spec.List(entry.Value, $"a list; each entry is {Allowed}") is not { } list)
            return [];
        return [.. list.Items.Select(item => spec.MapOf(item, Allowed)).OfType<YamlMap>()
            .Select(map => HyperparameterReader.Match(map, spec.Problems))];
    }

    private static List<int> ReadSeeds(Section spec)
    {
        const string Allowed =
            "a list of whole numbers from 0 to 2147483647, or the number of seeds (1 to 100000), which count from 1";
        if (spec.Entry("seeds") is not { } entry) return [1];
        if (entry.Value is YamlScalar { IsNothing: false } count)
        {
            if (TryWhole(count.Text, out var seeds) && seeds is >= 1 and <= SweepSpec.LargestGrid)
                return [.. Enumerable.Range(1, seeds)];
            spec.Problems.Add(count, Section.NotAllowed(count.Text, Allowed));
            return [];
        }

        var read = new List<int>();
        var seen = new HashSet<int>();
        foreach (var item in spec.List(entry.Value, Allowed)?.Items ?? [])
        {
            if (spec.TextOf(item, "a whole number from 0 to 2147483647") is not { } text) continue;
            if (!TryWhole(text, out var seed))
                spec.Problems.Add(item, Section.NotAllowed(text, "a whole number from 0 to 2147483647"));
            else if (!seen.Add(seed)) spec.Problems.Add(item, $"duplicate seed {seed}");
            else read.Add(seed);
        }

        return read;
    }

    private static bool TryWhole(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    // These checks need the cells of the grid. Later checks assume that the earlier ones found no mistake, so each
    // group of checks throws before the next.
    private static TableSpec CheckCells(SweepSpec spec, YamlMap root, TableReader table, Problems problems)
    {
        var faults = new List<GridFault>();
        var cells = Grid.Cells(spec, faults);
        Report();

        for (var i = 0; i < spec.Exclude.Count; i++)
            faults.AddRange(Grid.Unmatched(spec.Exclude[i], cells, $"exclude[{i}]", "of the grid"));
        Report();

        var kept = cells.Where(c => !spec.Exclude.Any(e => e.Matches(c))).ToList();
        if (kept.Count == 0)
            faults.Add(new GridFault(
                "exclude", $"excludes every cell ({cells.Count} of {cells.Count}); at least one must remain"));
        if (kept.Any(c => c.Dataset is DatasetKind.ImageFolder && c.Folder is null))
            faults.Add(new GridFault("trial.dataset",
                "image-folder requires folder:, the folder's name below a data root"));
        if (kept.Find(c => c.Dataset is not DatasetKind.ImageFolder && c.Folder is not null) is { } idle)
            faults.Add(new GridFault("trial.folder",
                $"{idle.Folder} is not used, because only dataset: image-folder reads a folder; remove it"));
        foreach (var (parameter, why) in kept.SelectMany(Compatibility.Faults).Distinct())
            faults.Add(new GridFault(spec.PathOf(parameter), why));
        Report();

        var resolved = table.Resolve(kept, spec);
        problems.ThrowIfAnyOrLater();
        return resolved;

        void Report()
        {
            foreach (var fault in faults) problems.Add(root.LineOf(fault.Path), fault.Path, fault.What);
            problems.ThrowIfAny();
        }
    }
}
