namespace Sbnn.Sweeps.Core.Trials;

/// <summary>The images by whose accuracy a trial's best epoch is chosen.</summary>
public enum SelectionSplit
{
    /// <summary>
    /// The test images: the authors' way, and optimistic, for the choice sees what the accuracy is then measured on.
    /// </summary>
    Test = 0,

    /// <summary>Images held out of the training images (<see cref="TrialSpec.ValidationImages"/>).</summary>
    Validation = 1,
}
