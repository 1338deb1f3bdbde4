namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>The two parts of a dataset.</summary>
internal enum Split
{
    /// <summary>The training images.</summary>
    Train = 0,

    /// <summary>The images on which accuracy is measured.</summary>
    Test = 1,
}
