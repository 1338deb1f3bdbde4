namespace Sbnn.Sweeps.Trainer.Randomness;

/// <summary>
/// The purposes of random numbers. Each purpose has its own random streams, so the numbers of this enum must not
/// change.
/// </summary>
internal enum RandomPurpose
{
    /// <summary>
    /// Initial weights, and Subbit's patterns that later replace others: one stream per parameter (and replacement),
    /// identified by name.
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

    /// <summary>The images that mixup mixes into others: one stream per step.</summary>
    MixupPartners = 6,

    /// <summary>Generated images of stripes: one stream per split and image.</summary>
    SyntheticImage = 7,

    /// <summary>Angles of the random rotations: one stream per step.</summary>
    Rotation = 9,

    /// <summary>Generated images of shapes: one stream per split and image.</summary>
    ShapeImage = 10,
}
