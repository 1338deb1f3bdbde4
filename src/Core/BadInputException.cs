namespace Sbnn.Sweeps.Core;

/// <summary>
/// Something that the user wrote or named cannot be used. The message states the place, the value and what is allowed.
/// Commands print it without a stack trace and exit with code 2.
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

    /// <summary>
    /// The mistakes of a spec one by one, in the order of their lines and at most 40; empty for other input.
    /// </summary>
    public IReadOnlyList<SpecMistake> Mistakes { get; init; } = [];
}
