namespace Sbnn.Sweeps.Ledger.Audit;

/// <summary>Something that is not as it must be, or that a person should know.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Place">What it is about: a trial's short key, an attempt, a file.</param>
/// <param name="What">What is the matter.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record Finding(Severity Severity, string Place, string What, string Remedy)
{
    /// <summary>The place of findings about the ledger's file itself: nothing else in it can be trusted then.</summary>
    public const string LedgerFile = "the ledger's file";
}

/// <summary>How bad a <see cref="Finding"/> is.</summary>
public enum Severity
{
    /// <summary>Worth knowing; nothing is wrong.</summary>
    Note = 0,

    /// <summary>An invariant is broken.</summary>
    Problem = 1,
}
