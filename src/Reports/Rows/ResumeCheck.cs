using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Reports.Rows;

/// <summary>
/// Whether a trial that is stopped and resumed ends with the bytes of an undisturbed one on the machines where these
/// were trained, as the preflights found.
/// </summary>
public enum ResumeCheck
{
    /// <summary>Nothing is finished that could be said of.</summary>
    None = 0,

    /// <summary>It does, for every trial that is finished.</summary>
    Exact = 1,

    /// <summary>No preflight was made for some of them.</summary>
    Unchecked = 2,

    /// <summary>It does not, for some of them.</summary>
    Inexact = 3,
}

/// <summary>What follows from the trials, and the words for it.</summary>
public static class ResumeCheckExtensions
{
    /// <summary>What is true of a trial.</summary>
    public static ResumeCheck CheckOf(this TrialOutcome trial) => trial switch
    {
        { Last: null } => ResumeCheck.None,
        { IsResumeExact: null } => ResumeCheck.Unchecked,
        { IsResumeExact: true } => ResumeCheck.Exact,
        _ => ResumeCheck.Inexact,
    };

    /// <summary>In the words of the files.</summary>
    public static string InWords(this ResumeCheck check) => check switch
    {
        ResumeCheck.None => "",
        ResumeCheck.Exact => "resume-exact",
        ResumeCheck.Unchecked => "resume-unchecked",
        ResumeCheck.Inexact => "resume-inexact",
        _ => throw new ArgumentOutOfRangeException(nameof(check), check, null),
    };
}
