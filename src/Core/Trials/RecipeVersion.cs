namespace Sbnn.Sweeps.Core.Trials;

/// <summary>
/// The version of the numerics behind each model and method. Raise one when its numbers change: its trials get new keys, so old
/// results are never mixed with new ones. A trajectory test in <c>tests/Training</c> notices a change.
/// </summary>
public static class RecipeVersion
{
    /// <summary>The version that applies to a trial.</summary>
    public static int Of(TrialSpec trial) => trial.Model switch
    {
        ModelKind.ResNet18 => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(trial), trial.Model, "no recipe version is given for this model"),
    };
}
