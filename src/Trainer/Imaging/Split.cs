namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>The two parts of a dataset.</summary>
internal enum Split
{
    /// <summary>What is trained on.</summary>
    Train = 0,

    /// <summary>What accuracy is measured on.</summary>
    Test = 1,
}
