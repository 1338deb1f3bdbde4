namespace Sbnn.Sweeps.Core.Trials;

/// <summary>The images whose accuracy selects a trial's best epoch.</summary>
public enum SelectionSplit
{
    /// <summary>
    /// The test images, as the authors do. This is optimistic, because the epoch is selected on the images on which the
    /// accuracy is then reported.
    /// </summary>
    Test = 0,

    /// <summary>Images held out of the training images (<see cref="TrialSpec.ValidationImages"/>).</summary>
    Validation = 1,
}
