namespace Sbnn.Sweeps.Core;

/// <summary>
/// Something the user wrote or pointed at cannot be used. The message names the place, the value and what is allowed;
/// commands print it without a stack trace and exit with code 2.
/// </summary>
public sealed class BadInputException : Exception
{
    /// <summary>Creates the exception with a message that a user can act on.</summary>
    public BadInputException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message that a user can act on and the error that led to it.</summary>
    public BadInputException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
