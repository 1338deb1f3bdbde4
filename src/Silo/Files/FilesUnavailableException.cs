namespace Sbnn.Sweeps.Silo.Files;

/// <summary>Thrown when a file is not available from the head; the message is the reason.</summary>
public sealed class FilesUnavailableException : Exception
{
    /// <summary>Creates the exception with a reason.</summary>
    public FilesUnavailableException(string reason)
        : base(reason)
    {
    }

    /// <summary>Creates the exception with a reason and its cause.</summary>
    public FilesUnavailableException(string reason, Exception cause)
        : base(reason, cause)
    {
    }
}
