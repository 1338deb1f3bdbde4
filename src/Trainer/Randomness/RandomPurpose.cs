namespace Sbnn.Sweeps.Trainer.Randomness;

/// <summary>
/// The purposes of random numbers. Each purpose has its own streams; the numbers of this enum are part of the recipe.
/// </summary>
internal enum RandomPurpose
{
    /// <summary>
    /// Initial weights, and patterns that replace others later: one stream per parameter (and call), identified by
    /// name.
    /// </summary>
    InitialWeights = 1,

    /// <summary>The order of the training images: one stream per epoch.</summary>
    ImageOrder = 2,

    /// <summary>Offsets of the random crops: one stream per step.</summary>
    Crop = 3,

    /// <summary>Horizontal flips: one stream per step.</summary>
    Flip = 4,

    /// <summary>mixup's λ: one stream per step.</summary>
    MixupLambda = 5,

    /// <summary>mixup's partners: one stream per step.</summary>
    MixupPartners = 6,

    /// <summary>Generated images: one stream per split and image.</summary>
    SyntheticImage = 7,

    /// <summary>Angles of the random rotations: one stream per step.</summary>
    Rotation = 9,

    /// <summary>Generated images of shapes: one stream per split and image.</summary>
    ShapeImage = 10,
}
