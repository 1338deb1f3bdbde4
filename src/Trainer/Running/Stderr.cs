using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// Standard error is a file beside the trial's others: words that find no room on the disk are lost, the training is
/// not.
/// </summary>
internal static class Stderr
{
    /// <summary>Writes a line; false when there was no room for it.</summary>
    public static bool TrySay(string line)
    {
        try
        {
            Console.Error.WriteLine(line);
            return true;
        }
        catch (IOException error) when (DurableFile.IsDiskFull(error))
        {
            return false;
        }
    }
}
