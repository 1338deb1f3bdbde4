using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>A sweep as its YAML file describes it: which trials, which table, and how to run them.</summary>
public sealed record SweepSpec
{
    /// <summary>The greatest product of axes and seeds that is accepted, before exclusions.</summary>
    public const int LargestGrid = 100_000;

    /// <summary>The sweep's id: lower-case letters, digits and '-'. A changed file of the same name is a new revision.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for, in a sentence or two.</summary>
    public string? Description { get; init; }

    /// <summary>The settings that all cells start from.</summary>
    public required TrialSpec Trial { get; init; }

    /// <summary>The axes; they multiply.</summary>
    public IReadOnlyList<Axis> Axes { get; init; } = [];

    /// <summary>Cells that match any of these are left out.</summary>
    public IReadOnlyList<KnobMatch> Exclude { get; init; } = [];

    /// <summary>Every cell is trained once with each seed.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [1];

    /// <summary>The table that the sweep fills.</summary>
    public required TableSpec Table { get; init; }

    /// <summary>Limits and places: outside every trial's identity.</summary>
    public RunSpec Run { get; init; } = new();
}

/// <summary>
/// One axis: each point sets one knob, or several that move together (paired, as each sparsity with its own γ).
/// </summary>
/// <param name="Points">The points, in the order written; each maps knob names to values.</param>
/// <param name="When">The axis multiplies only cells that match; null: all cells.</param>
public sealed record Axis(IReadOnlyList<IReadOnlyDictionary<string, object?>> Points, KnobMatch? When = null);

/// <summary>A condition on a trial's knobs: all named knobs hold one of the listed values.</summary>
/// <param name="Values">Knob name to allowed values, as <see cref="Knob.TryParse"/> gives them; <c>seed</c> is not a knob.</param>
public sealed record KnobMatch(IReadOnlyDictionary<string, IReadOnlyList<object?>> Values)
{
    /// <summary>True when the trial holds, for every knob named, one of the values listed.</summary>
    public bool Matches(TrialSpec trial)
    {
        foreach (var (name, allowed) in Values)
        {
            var value = Knobs.Get(name).Get(trial);
            if (!allowed.Contains(value)) return false;
        }

        return true;
    }
}

/// <summary>Limits and priorities of a sweep (<c>run:</c>).</summary>
public sealed record RunSpec
{
    /// <summary>Attempts that may fail by themselves without progress before the trial is failed.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Higher goes first.</summary>
    public int Priority { get; init; }

    /// <summary>Seconds before the second attempt; each further one waits twice as long, at most ten minutes.</summary>
    public double BackoffSeconds { get; init; } = 2;

    /// <summary>Seconds between checkpoints within an epoch.</summary>
    public double CheckpointEverySeconds { get; init; } = 300;
}
