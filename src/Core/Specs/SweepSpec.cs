using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>
/// A sweep as its YAML file describes it: the trials, the table, and the limits of the run. The command reads and
/// expands the spec; the head receives and stores the expansion, the table and the limits.
/// </summary>
public sealed record SweepSpec
{
    /// <summary>The greatest number of trials to which axes and seeds may multiply, before exclusions.</summary>
    public const int LargestGrid = 100_000;

    /// <summary>
    /// The sweep's id: lower-case letters, digits and '-'. A changed spec with the same id is a new revision.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>The sweep's purpose, in a sentence or two.</summary>
    public string? Description { get; init; }

    /// <summary>The hyperparameters of all cells, unless an axis sets them.</summary>
    public required TrialSpec Trial { get; init; }

    /// <summary>The axes. Their points are multiplied.</summary>
    public IReadOnlyList<Axis> Axes { get; init; } = [];

    /// <summary>Conditions. Cells that match any of them are left out.</summary>
    public IReadOnlyList<HyperparameterMatch> Exclude { get; init; } = [];

    /// <summary>The seeds. Every cell is trained once with each seed.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [1];

    /// <summary>The table that the sweep fills.</summary>
    public required TableSpec Table { get; init; }

    /// <summary>Limits and placement, which are not part of any trial's identity.</summary>
    public RunSpec Run { get; init; } = new();

    /// <summary>
    /// The place of a key path in the spec's file, such as <c>sweeps/x.yaml:12</c>; null for a spec without a file.
    /// </summary>
    internal Func<string, string>? PlaceOf { get; init; }

    /// <summary>
    /// The beginning of a message about a hyperparameter: the place and the key that sets it, such as
    /// <c>sweeps/x.yaml:12: trial.folder</c>.
    /// </summary>
    public string At(Hyperparameter parameter)
    {
        var path = PathOf(parameter);
        return $"{PlaceOf?.Invoke(path) ?? Name}: {path}";
    }

    /// <summary>
    /// The distinct cells after exclusions, in the order of the grid and with the first seed. The images need not be
    /// prepared. Hyperparameters without effect have their defaults (<see cref="TrialSpec.Effective"/>). Throws <see
    /// cref="BadInputException"/> when the axes contradict each other or multiply to more than <see
    /// cref="LargestGrid"/> trials.
    /// </summary>
    public IReadOnlyList<TrialSpec> Cells() =>
        [.. KeptCells(out _).Select(c => c.Effective() with { Seed = Seeds[0] }).Distinct()];

    /// <summary>
    /// The datasets of the cells, which must be prepared before <see cref="Expand(Func{DatasetLocation, string})"/>.
    /// </summary>
    public IReadOnlyList<DatasetLocation> Datasets() => [.. Cells().Select(DatasetLocation.Of).Distinct()];

    /// <summary>
    /// The trials with their keys. Cells with equal keys (two γ without a target, two folders with the same images)
    /// share one trial. Throws like <see cref="Cells"/>.
    /// </summary>
    /// <param name="digestOf">Returns the digest of each of <see cref="Datasets"/>.</param>
    public Expansion Expand(Func<DatasetLocation, string> digestOf)
    {
        var cells = KeptCells(out var excluded);
        var digests = cells.Select(DatasetLocation.Of).Distinct().ToDictionary(place => place, digestOf);
        var trials = new List<KeyedTrial>();
        var seen = new HashSet<TrialKey>();
        var merged = 0;
        foreach (var cell in cells)
        {
            var trial = cell.Effective() with { DataDigest = digests[DatasetLocation.Of(cell)] };
            foreach (var seed in Seeds)
            {
                var seeded = trial with { Seed = seed };
                var key = TrialKey.Of(seeded);
                if (seen.Add(key)) trials.Add(new KeyedTrial(key, seeded));
                else merged++;
            }
        }

        return new Expansion(trials, (cells.Count + excluded) * Seeds.Count, excluded * Seeds.Count, merged);
    }

    /// <summary>Like <see cref="Expand(Func{DatasetLocation, string})"/>, with known digests.</summary>
    public Expansion Expand(IReadOnlyDictionary<DatasetLocation, string> digests) => Expand(place => digests[place]);

    /// <summary>
    /// Throws <see cref="BadInputException"/> with every setting that does not fit its images, one per line:
    /// <c>sweeps/x.yaml:8: trial.train-images: 60000 is more than the 50000 training images of cifar10 (allowed:
    /// …)</c>.
    /// </summary>
    /// <param name="images">The images of each of <see cref="Datasets"/>. A dataset that is absent is not
    /// checked.</param>
    public void CheckImages(IReadOnlyDictionary<DatasetLocation, PreparedDataset> images)
    {
        var faults = Cells()
            .SelectMany(cell =>
                images.TryGetValue(DatasetLocation.Of(cell), out var found) ? ImageCompatibility.Of(cell, found) : [])
            .Distinct().ToList();
        if (faults.Count > 0)
            throw new BadInputException(
                string.Join('\n', faults.Select(f => $"{At(f.Hyperparameter)}: {f.Why}")));
    }

    /// <summary>The key path at which the spec sets a hyperparameter.</summary>
    internal string PathOf(Hyperparameter parameter)
    {
        var axis = Axes.ToList().FindIndex(a => a.Sets(parameter.Name));
        return axis < 0 ? $"trial.{parameter.Name}" : FormattableString.Invariant($"axes[{axis}].{parameter.Name}");
    }

    private List<TrialSpec> KeptCells(out int excluded)
    {
        var faults = new List<GridFault>();
        var cells = Grid.Cells(this, faults);
        if (faults.Count > 0)
            throw new BadInputException(string.Join('\n', faults.Select(f => $"{Name}: {f.Path}: {f.What}")));
        var kept = cells.Where(c => !Exclude.Any(e => e.Matches(c))).ToList();
        excluded = cells.Count - kept.Count;
        return kept;
    }
}
