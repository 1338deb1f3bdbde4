using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// Writes to standard error, which the node redirects to a file. On a full disk the message is lost, but the training
/// continues.
/// </summary>
internal static class Stderr
{
    /// <summary>Writes a line. False when the disk is full.</summary>
    public static bool TryWriteLine(string line)
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
