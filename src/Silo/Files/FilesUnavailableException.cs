namespace Sbnn.Sweeps.Silo.Files;

/// <summary>A file could not be had from the head; the message is the reason.</summary>
public sealed class FilesUnavailableException : Exception
{
    /// <summary>With a reason.</summary>
    public FilesUnavailableException(string reason)
        : base(reason)
    {
    }

    /// <summary>With a reason and what caused it.</summary>
    public FilesUnavailableException(string reason, Exception cause)
        : base(reason, cause)
    {
    }
}
