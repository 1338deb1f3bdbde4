namespace Sbnn.Sweeps.Core.Trials;

/// <summary>Where a trial's images come from.</summary>
public enum DatasetKind
{
    /// <summary>Ten classes of generated 32×32 RGB images, the same bytes everywhere.</summary>
    Synthetic = 0,

    /// <summary>A folder below a data root: <c>train/&lt;class&gt;/*.jpg</c> and <c>test/&lt;class&gt;/*.jpg</c>.</summary>
    ImageFolder = 1,
}
