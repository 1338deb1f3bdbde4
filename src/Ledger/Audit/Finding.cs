namespace Sbnn.Sweeps.Ledger.Audit;

/// <summary>A problem or a note that <c>sbnn doctor</c> reports.</summary>
/// <param name="Severity">How serious the finding is.</param>
/// <param name="Place">What the finding is about: a trial's short key, an attempt, a file.</param>
/// <param name="What">The problem or the note.</param>
/// <param name="Remedy">What the user can do about the finding.</param>
public sealed record Finding(Severity Severity, string Place, string What, string Remedy)
{
    /// <summary>
    /// The place of findings about the ledger's file itself. After such a finding nothing else in the file can be
    /// trusted.
    /// </summary>
    public const string LedgerFile = "the ledger's file";
}

/// <summary>How serious a <see cref="Finding"/> is.</summary>
public enum Severity
{
    /// <summary>Information; nothing is wrong.</summary>
    Note = 0,

    /// <summary>An invariant is broken.</summary>
    Problem = 1,
}
