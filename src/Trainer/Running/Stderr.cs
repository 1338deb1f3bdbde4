using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// Writes to standard error, which is a file beside the trial's other files. On a full disk the message is lost, but
/// the training continues.
/// </summary>
internal static class Stderr
{
    /// <summary>Writes a line; false when there was no room for it.</summary>
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
