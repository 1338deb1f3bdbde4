namespace Sbnn.Sweeps.Core.Trials;

/// <summary>Whether the quirks of the authors' code are reproduced.</summary>
public enum RecipeKind
{
    /// <summary>
    /// The code that produced the published values, quirks included: ReActNet-18's last layer has 1000 outputs for
    /// any number of classes; sgn(0) is 0 in some layers and −1 in others, although U never counts a weight of 0 as a
    /// one; a target of 50 % switches the penalty off, except in ImageNet's layout.
    /// </summary>
    Authors = 0,

    /// <summary>
    /// The paper: one output per class; sgn(0) = −1 everywhere, so that every weight and activation is one of two
    /// values (Eq. 2) and U counts those that equal β (Eq. 3); 50 % is a target like any other (Eq. 16); the
    /// straight-through estimator has the window |w| ≤ 1 (Sec. 3.1). Where the paper states nothing, this recipe
    /// follows the authors' code, for example ReActNet's initial weights in (0, 0.001).
    /// </summary>
    Corrected = 1,
}

/// <summary>The properties of a <see cref="RecipeKind"/>.</summary>
public static class RecipeKindExtensions
{
    /// <summary>
    /// True when U/N has the target EC. The authors' code for small images treats an EC of exactly one half as "no
    /// constraint"; their code for ImageNet and the paper do not.
    /// </summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="model">The model.</param>
    /// <param name="expectedConnections">EC in [0, 1]; null for no target.</param>
    public static bool HasTarget(this RecipeKind recipe, ModelKind model, double? expectedConnections) =>
        expectedConnections is { } target
            && (target != 0.5 || recipe == RecipeKind.Corrected || model.IsForImageNet());
}
